using Saker.Stack.Devices.Bridge;
using Saker.Wire;

namespace Saker.Tests.Stack.Devices.Bridge;

public class ForwardingDatabaseTests
{
    private const long Second = 1_000_000_000;
    private static readonly MacAddress Station = MacAddress.Parse("02:00:00:00:00:aa");

    [Fact]
    public void A_station_that_was_heard_is_found_until_the_ageing_time_is_over()
    {
        ForwardingDatabase database = new() { AgeingTime = 10 * Second };
        database.Learn(Station, 0, port: 3, now: 100 * Second);

        Assert.True(database.TryFind(Station, 0, (110 * Second) - 1, out ForwardingTarget target));
        Assert.Equal(3, target.Port);
        Assert.False(database.TryFind(Station, 0, 110 * Second, out _));
    }

    [Fact]
    public void Being_heard_again_begins_the_ageing_anew()
    {
        ForwardingDatabase database = new() { AgeingTime = 10 * Second };
        database.Learn(Station, 0, 3, 100 * Second);
        database.Learn(Station, 0, 3, 105 * Second);

        Assert.True(database.TryFind(Station, 0, 114 * Second, out _));
        Assert.False(database.TryFind(Station, 0, 115 * Second, out _));
    }

    [Fact]
    public void A_learned_and_a_static_station_move_and_a_sticky_and_a_local_one_stay()
    {
        ForwardingDatabase database = new() { AgeingTime = 10 * Second };
        MacAddress[] stations = [.. Enumerable.Range(1, 4).Select(number => new MacAddress(0x0200_0000_0000 + (ulong)number))];
        database.Learn(stations[0], 0, 3, 0);
        database.Set(stations[1], 0, ForwardingTarget.Static(3), 0);
        database.Set(stations[2], 0, ForwardingTarget.Sticky(3, isStatic: false), 0);
        database.Set(stations[3], 0, ForwardingTarget.Local(3), 0);
        foreach (MacAddress station in stations)
        {
            database.Learn(station, 0, 5, Second);
        }

        Assert.Equal([5, 5, 3, 3], stations.Select(station => database.TryFind(station, 0, Second, out ForwardingTarget target) ? target.Port : -1));
        Assert.Equal([false, true, false, true], stations.Select(station => database.TryFind(station, 0, 60 * Second, out _)));
    }

    [Fact]
    public void With_an_ageing_time_of_zero_nothing_is_learned_and_what_was_is_gone()
    {
        ForwardingDatabase database = new() { AgeingTime = 10 * Second };
        database.Learn(Station, 0, 3, 0);
        database.AgeingTime = 0;

        Assert.False(database.TryFind(Station, 0, 1, out _));
        database.Learn(Station, 0, 3, 2);
        database.AgeingTime = 10 * Second;
        Assert.True(database.TryFind(Station, 0, 3, out _), "the old entry counts again, as the time of its last frame says");
        Assert.Equal(0, Assert.Single(database.All(3)).Updated);
    }

    [Fact]
    public void The_same_address_in_two_vlans_is_two_stations()
    {
        ForwardingDatabase database = new();
        database.Learn(Station, 10, 1, 1);
        database.Learn(Station, 20, 2, 1);

        Assert.True(database.TryFind(Station, 10, 2, out ForwardingTarget first));
        Assert.True(database.TryFind(Station, 20, 2, out ForwardingTarget second));
        Assert.False(database.TryFind(Station, 0, 2, out _));
        Assert.Equal((1, 2), (first.Port, second.Port));
    }

    [Fact]
    public void Flushing_a_port_spares_what_was_configured_where_that_is_wished()
    {
        ForwardingDatabase database = new();
        database.Learn(Station, 0, 1, 1);
        database.Learn(new MacAddress(0x0200_0000_0001), 0, 2, 1);
        database.Set(new MacAddress(0x0200_0000_0002), 0, ForwardingTarget.Static(1), 1);

        database.Flush(1, learnedOnly: true);
        Assert.Equal([1UL, 2UL], database.All(2).Select(entry => entry.Address.Value & 0xff).Order());
        database.Flush(1, learnedOnly: false);
        Assert.Equal(2, Assert.Single(database.All(2)).Target.Port);
    }

    [Theory]
    [InlineData("00:00:00:00:00:00")]
    [InlineData("01:00:5e:00:00:01")]
    [InlineData("ff:ff:ff:ff:ff:ff")]
    public void No_group_is_a_station(string address)
    {
        ForwardingDatabase database = new();
        Assert.Throws<ArgumentException>(() => database.Set(MacAddress.Parse(address), 0, ForwardingTarget.Static(1), 0));
        Assert.False(database.TryFind(MacAddress.Parse(address), 0, 0, out _));
    }

    /// <summary>Random changes, and the same on a dictionary: far more stations than the first array holds, so that it is rebuilt many times.</summary>
    [Fact]
    public void It_behaves_as_a_dictionary()
    {
        int runs = Effort.Inputs(20, 2_000);
        for (int seed = 1; seed <= runs; seed++)
        {
            CompareWithDictionary(new Random(seed));
        }
    }

    /// <summary>One CPU moves stations about while another looks them up: what it finds is a port that the station has been at, never another's.</summary>
    [Fact]
    public async Task A_reader_beside_a_writer_never_sees_another_stations_port()
    {
        ForwardingDatabase database = new();
        int changes = Effort.Inputs(200_000, 20_000_000);
        using CancellationTokenSource done = new();
        Task<string?> reader = Task.Run(() => Look(database, done.Token));
        Random random = new(1);
        for (int i = 0; i < changes; i++)
        {
            int station = random.Next(2_000);
            if (random.Next(3) == 0)
            {
                database.Remove(AddressOf(station), 0);
            }
            else
            {
                database.Learn(AddressOf(station), 0, PortOf(station, random.Next(4)), i);
            }
        }

        await done.CancelAsync();
        Assert.Null(await reader);
    }

    private static string? Look(ForwardingDatabase database, CancellationToken done)
    {
        Random random = new(2);
        while (!done.IsCancellationRequested)
        {
            int station = random.Next(2_000);
            if (database.TryFind(AddressOf(station), 0, 0, out ForwardingTarget target) && target.Port / 4 != station % 250)
            {
                return $"station {station} was found at port {target.Port}";
            }
        }

        return null;
    }

    private static MacAddress AddressOf(int station) => new(0x0200_0000_0000 + (ulong)station);

    private static int PortOf(int station, int choice) => (station % 250 * 4) + choice;

    private static void CompareWithDictionary(Random random)
    {
        const long Ageing = 1_000 * Second;
        const long Last = 6_000 * Second;
        ForwardingDatabase database = new() { AgeingTime = Ageing };
        Dictionary<(MacAddress, ushort), (int Port, bool IsStatic, long Updated)> model = [];
        int stations = random.Next(10, 3_000);
        for (long now = Second; now <= Last; now += Second)
        {
            MacAddress address = AddressOf(random.Next(stations));
            ushort vlan = (ushort)random.Next(3);
            int port = random.Next(1, 6);
            bool isKnown = model.TryGetValue((address, vlan), out (int Port, bool IsStatic, long Updated) known)
                && (known.IsStatic || known.Updated > now - Ageing);
            Assert.Equal(isKnown, database.TryFind(address, vlan, now, out ForwardingTarget target));
            if (isKnown)
            {
                Assert.Equal((known.Port, known.IsStatic), (target.Port, target.IsStatic));
            }

            switch (random.Next(20))
            {
                case 0:
                    model.Remove((address, vlan));
                    database.Remove(address, vlan);
                    break;
                case 1:
                    database.Set(address, vlan, ForwardingTarget.Static(port), now);
                    model[(address, vlan)] = (port, true, now);
                    break;
                case < 12:
                    database.Learn(address, vlan, port, now);
                    model[(address, vlan)] = (port, isKnown && known.IsStatic, now);
                    break;
                default:
                    break;
            }
        }

        Assert.Equal(
            model.Where(entry => entry.Value.IsStatic || entry.Value.Updated > Last - Ageing).Select(entry => (entry.Key.Item1, entry.Key.Item2, entry.Value.Port, entry.Value.Updated)).Order(),
            database.All(Last).Select(entry => (entry.Address, entry.Vlan, entry.Target.Port, entry.Updated)).Order());
    }
}
