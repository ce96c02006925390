using System.Globalization;

namespace Saker.KernelTests.Bridge;

/// <summary>
/// Makes what happens to a bridge from a seed: stations that speak to each other, to groups and to nobody, and move; settings that change; time that goes on.
/// </summary>
internal sealed class BridgeSequence(int seed)
{
    private const int Stations = 12;
    private const int FramesBetweenSettings = 20;

    /// <summary>Ageing is tried with this time, which is long enough that no station's age comes near it by a machine that is busy.</summary>
    private const int AgeingMilliseconds = 1500;

    private static readonly ushort[] Types = [0x88b5, 0x88b5, 0x88b5, 0x88b6, 0x0806, 0x8808, 0x8100, 0x88a8, 0x0040, 0x8847];

    private readonly Random _random = new(seed);
    private readonly List<BridgeStep> _steps = [];

    /// <summary>Makes a sequence with so many frames.</summary>
    public List<BridgeStep> Make(int frames)
    {
        for (int i = 1; i <= frames; i++)
        {
            _steps.Add(_random.Next(12) == 0 ? new BridgeStep.Send(MakeFrame(OwnSource(), 1500)) : MakeReceived());
            if (i % FramesBetweenSettings == 0)
            {
                ChangeSomething();
            }

            if (i % 1000 == 200)
            {
                LetSomeAge();
            }
        }

        return _steps;
    }

    private BridgeStep.Receive MakeReceived()
    {
        // A station is at home three times of four; so it moves now and then.
        int station = _random.Next(Stations);
        int port = _random.Next(4) == 0 ? _random.Next(KernelBridge.Ports) + 1 : (station % KernelBridge.Ports) + 1;
        string source = _random.Next(25) switch
        {
            0 => "01:00:5e:00:00:01",
            1 => "00:00:00:00:00:00",
            2 => AnyOwnAddress(),
            _ => AddressOf(station),
        };
        return new BridgeStep.Receive(port, MakeFrame(source, port == KernelBridge.Ports ? KernelBridge.SmallMtu : 1500));
    }

    private byte[] MakeFrame(string source, int longest)
    {
        string destination = _random.Next(20) switch
        {
            < 9 => AddressOf(_random.Next(Stations)),
            < 11 => Text(0x0200_0000_0c00 + (ulong)_random.Next(100)),
            11 or 12 => "ff:ff:ff:ff:ff:ff",
            13 => Text(0x0100_5e00_0000 + (ulong)_random.Next(300)),
            14 => "33:33:00:00:00:01",
            15 or 16 => Text(0x0180_c200_0000 + (ulong)_random.Next(18)),
            17 or 18 => AnyOwnAddress(),
            _ => "00:00:00:00:00:00",
        };
        int length = _random.Next(8) switch
        {
            0 => longest,
            1 => longest - _random.Next(10),
            2 => Math.Min(longest, KernelBridge.SmallMtu + _random.Next(-6, 12)),
            _ => 46 + _random.Next(60),
        };
        byte[] payload = new byte[length];
        _random.NextBytes(payload);
        ushort type = Types[_random.Next(Types.Length)];
        if (type == 0x0040)
        {
            // LLC, of which the first bytes decide; these are nobody's.
            payload.AsSpan(0, 3).Fill(0x44);
        }

        if (type is 0x8100 or 0x88a8)
        {
            // A tag of a VLAN or a mere priority, in front of a type that nobody wants.
            ((byte[])[(byte)(_random.Next(2) * 0x60), (byte)_random.Next(3), 0x88, 0xb5]).CopyTo(payload, 0);
        }

        return Oracle.Frame.Ethernet(payload, type, destination, source);
    }

    private void ChangeSomething()
    {
        int port = _random.Next(KernelBridge.Ports) + 1;
        int choice = _random.Next(14);
        if (choice is 10 or 13)
        {
            // Neither can be set of a port that is disabled and stays so.
            _steps.Add(new BridgeStep.SetPort(port, "state", "3"));
        }

        _steps.Add(choice switch
        {
            0 => new BridgeStep.SetPort(port, "state", "0"),
            1 => new BridgeStep.SetPort(port, "state", "1"),
            2 => new BridgeStep.SetPort(port, "state", "2"),
            3 => new BridgeStep.SetPort(port, "hairpin", OnOrOff()),
            4 => new BridgeStep.SetPort(port, "isolated", OnOrOff()),
            5 => new BridgeStep.SetPort(port, "learning", OnOrOff()),
            6 => new BridgeStep.SetPort(port, "flood", OnOrOff()),
            7 => new BridgeStep.SetPort(port, "mcast_flood", OnOrOff()),
            8 => new BridgeStep.SetPort(port, "bcast_flood", OnOrOff()),
            9 => new BridgeStep.SetPort(port, "locked", _random.Next(3) == 0 ? "on" : "off"),
            10 => new BridgeStep.SetPort(port, BridgeStep.PortMask, Number(_random.Next(0x10000) & ~2)),
            11 => new BridgeStep.SetBridge("group_fwd_mask", Number(_random.Next(0x10000) & ~7)),
            12 => new BridgeStep.SetBridge("no_linklocal_learn", Number(_random.Next(2))),
            _ => MakeStation(port),
        });

        // Most of the time ports forward, and the bridge is open.
        foreach (int other in Enumerable.Range(1, KernelBridge.Ports).Where(_ => _random.Next(3) == 0))
        {
            _steps.Add(new BridgeStep.SetPort(other, "state", "3"));
            _steps.Add(new BridgeStep.SetPort(other, "locked", "off"));
        }
    }

    private BridgeStep.Station MakeStation(int port) => _random.Next(4) switch
    {
        0 => new BridgeStep.Station("replace", AddressOf(_random.Next(Stations)), port, "static"),
        1 => new BridgeStep.Station("replace", AddressOf(_random.Next(Stations)), port, "dynamic"),
        2 => new BridgeStep.Station("replace", AddressOf(_random.Next(Stations)), port, "dynamic sticky"),
        _ => new BridgeStep.Station("replace", AddressOf(_random.Next(Stations)), port, "static sticky"),
    };

    /// <summary>Half of the stations speak, then the others; a short ageing time forgets the first and not the others.</summary>
    private void LetSomeAge()
    {
        _steps.Add(new BridgeStep.Wait(AgeingMilliseconds));
        foreach (int station in Enumerable.Range(0, Stations).Where(_ => _random.Next(2) == 0))
        {
            byte[] frame = Oracle.Frame.Ethernet(new byte[46], 0x88b5, Text(0x0200_0000_0c00), AddressOf(station));
            _steps.Add(new BridgeStep.Receive((station % KernelBridge.Ports) + 1, frame));
        }

        _steps.Add(new BridgeStep.SetAgeing(AgeingMilliseconds));
        _steps.Add(new BridgeStep.Wait(500));
        _steps.Add(new BridgeStep.SetAgeing(300_000));
    }

    private string OnOrOff() => _random.Next(2) == 0 ? "on" : "off";

    private string AnyOwnAddress() => _random.Next(3) == 0 ? KernelBridge.Address : Text(0x0200_0000_0001 + (ulong)_random.Next(KernelBridge.Ports));

    private string OwnSource() => _random.Next(4) == 0 ? AddressOf(_random.Next(Stations)) : KernelBridge.Address;

    private static string AddressOf(int station) => Text(0x0200_0000_0a00 + (ulong)station);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(ulong address) => new Saker.Wire.MacAddress(address).ToString();
}
