using System.Text.Json;
using Saker.Kernel.Namespaces;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Sockets.Packet;
using Saker.Stack.Softirq;
using Saker.Wire;
using KernelSocket = Saker.Kernel.Packets.PacketSocket;

namespace Saker.KernelTests.Packets;

/// <summary>What packet sockets ask of a device counts as in the kernel.</summary>
[Collection(AloneCollection.Name)]
public sealed class PacketMembershipTests
{
    /// <summary>A socket and what it does: p and a ask, d ends a p, x closes.</summary>
    [KernelTheory]
    [InlineData("0p 0p 1p 1a 0d 0d 1x")]
    [InlineData("0p 0p 0a 0x 1a 1a 1p 1x")]
    [InlineData("1p 0p 1d 0x 1p 1p 1x")]
    [InlineData("0d 0p 0d 0d")]
    public void Promiscuity_counts_as_in_the_kernel(string steps)
    {
        NetworkDevice device = new(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"));
        using NetworkStack stack = new(new NetworkOptions { Devices = [device], Clock = new VirtualClock() });
        using var target = NetworkNamespace.Create(Leftovers.NewName("membership"));
        target.Enter(() =>
        {
            NamespaceCommands.Run(target.Name, ["ip link add eth0 type veth peer name eth1", "ip link set eth0 up"]);
            KernelSocket[] ofKernel = [KernelSocket.Open("eth0"), KernelSocket.Open("eth0")];
            PacketSocket[] ofSaker = [new(stack.Cpus) { Device = 2 }, new(stack.Cpus) { Device = 2 }];
            Array.ForEach(ofSaker, stack.PacketSockets.Add);
            foreach (var step in steps.Split(' '))
            {
                var number = step[0] - '0';

                // The kernel says nothing of an end without a beginning.
                Do(ofKernel[number], step[1]);
                Do(stack, device, ofSaker[number], step[1]);
                Assert.Equal(Counts(), (device.Promiscuity, device.AllMulticasting));
            }

            Array.ForEach(ofKernel, socket => socket.Dispose());
        });
    }

    private static void Do(KernelSocket socket, char action)
    {
        Action done = action switch { 'p' => socket.MakePromiscuous, 'a' => socket.TakeAllGroups, 'd' => socket.EndPromiscuous, _ => socket.Dispose };
        done();
    }

    private static void Do(NetworkStack stack, NetworkDevice device, PacketSocket socket, char action)
    {
        switch (action)
        {
            case 'p':
                stack.PacketSockets.AddMembership(socket, device, PacketMembership.Promiscuous);
                break;
            case 'a':
                stack.PacketSockets.AddMembership(socket, device, PacketMembership.AllMulticast);
                break;
            case 'd':
                stack.PacketSockets.RemoveMembership(socket, device, PacketMembership.Promiscuous);
                break;
            default:
                stack.PacketSockets.Remove(socket);
                break;
        }
    }

    private static (int Promiscuity, int AllMulticasting) Counts()
    {
        using var json = JsonDocument.Parse(SystemCommand.Run("ip", "-d", "-j", "link", "show", "eth0").Output);
        return (json.RootElement[0].GetProperty("promiscuity").GetInt32(), json.RootElement[0].GetProperty("allmulti").GetInt32());
    }
}
