using System.Globalization;
using Saker.Bpf;
using Saker.Kernel.Bpf;
using Saker.Kernel.Devices;
using Saker.KernelTests.Bridge;
using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Core.TrafficControl;
using Saker.Stack.Devices;
using Saker.Stack.Netfilter;

namespace Saker.KernelTests.TrafficControl;

/// <summary>Somebody who decides about packets of a device: the same for the kernel's bridge host and for Saker's.</summary>
/// <param name="Device">The device's name.</param>
/// <param name="IsIngress">Whether about those received, or those to be sent.</param>
internal abstract record TrafficSetting(string Device, bool IsIngress)
{
    public HookDirection Direction => IsIngress ? HookDirection.Ingress : HookDirection.Egress;

    private string Side => IsIngress ? "ingress" : "egress";

    /// <summary>Sets it up in the kernel; what is returned must be disposed of.</summary>
    public abstract KernelLink? Set(KernelBridge kernel, IReadOnlyList<KernelLink?> earlier);

    /// <summary>The same in Saker.</summary>
    /// <param name="saker">The host.</param>
    /// <param name="earlier">The programs of earlier settings.</param>
    public abstract TrafficProgram? Set(SakerBridge saker, IReadOnlyList<TrafficProgram?> earlier);

    private void Change(SakerBridge saker, Func<TrafficChain, TrafficChain> change)
    {
        NetworkDevice device = saker.DeviceOf(Device);
        saker.Stack.SetTraffic(device, Direction, change(Stack.NetworkStack.TrafficOf(device, Direction)));
    }

    /// <summary>A filter of <c>clsact</c> that says always the same.</summary>
    public sealed record Filter(string Device, bool IsIngress, ushort Priority, int Protocol, int Verdict) : TrafficSetting(Device, IsIngress)
    {
        public override KernelLink? Set(KernelBridge kernel, IReadOnlyList<KernelLink?> earlier)
        {
            string protocol = Protocol == TrafficFilter.AllProtocols ? "all" : $"0x{Protocol:x4}";
            kernel.Run($"tc filter add dev {Device} {Side} prio {Priority} protocol {protocol} bpf da bytecode 1,6\u00a00\u00a00\u00a0{unchecked((uint)Verdict)}");
            return null;
        }

        public override TrafficProgram? Set(SakerBridge saker, IReadOnlyList<TrafficProgram?> earlier)
        {
            Change(saker, chain => chain.With(new TrafficFilter(ToString(), Priority, (_, ref _) => (TrafficVerdict)Verdict) { Protocol = (ushort)Protocol }));
            return null;
        }
    }

    /// <summary>A filter that sends a copy by a device, and then says something.</summary>
    public sealed record Mirror(string Device, bool IsIngress, ushort Priority, string Target, string Control) : TrafficSetting(Device, IsIngress)
    {
        public override KernelLink? Set(KernelBridge kernel, IReadOnlyList<KernelLink?> earlier)
        {
            kernel.Run($"tc filter add dev {Device} {Side} prio {Priority} u32 match u8 0 0 at 0 action mirred egress mirror dev {Target} {Control}");
            return null;
        }

        public override TrafficProgram? Set(SakerBridge saker, IReadOnlyList<TrafficProgram?> earlier)
        {
            NetworkDevice target = saker.DeviceOf(Target);
            TrafficVerdict verdict = Control switch
            {
                "ok" => TrafficVerdict.Ok,
                "drop" => TrafficVerdict.Shot,
                "pipe" => TrafficVerdict.Pipe,
                "reclassify" => TrafficVerdict.Reclassify,
                _ => TrafficVerdict.Unspecified,
            };
            Change(saker, chain => chain.With(new TrafficFilter(ToString(), Priority, (frame, ref context) =>
            {
                Assert.True(frame.TryClone(out PacketBuffer copy));
                copy.Device = target.Index;
                context.Packets.Transmit(copy, target);
                return verdict;
            })));
            return null;
        }
    }

    /// <summary>A program that says always the same, or redirects.</summary>
    /// <param name="Device">The device.</param>
    /// <param name="IsIngress">Whether about those received.</param>
    /// <param name="Verdict">What it says.</param>
    /// <param name="Target">Where it redirects to instead; null: nowhere.</param>
    /// <param name="IsTargetIngress">Whether the target receives it, or sends it.</param>
    /// <param name="IsBefore">Whether it stands in front of the other, or behind it.</param>
    /// <param name="Other">The setting of the other one; null: all.</param>
    public sealed record Program(string Device, bool IsIngress, int Verdict, string? Target, bool IsTargetIngress, bool IsBefore, int? Other)
        : TrafficSetting(Device, IsIngress)
    {
        private const int RedirectFunction = 23, RedirectToIngress = 1;

        public override KernelLink? Set(KernelBridge kernel, IReadOnlyList<KernelLink?> earlier) => kernel.Enter(() =>
        {
            ProgramBuilder code = new();
            _ = Target is null
                ? code.Compute(BpfOperation.Move, BpfRegister.R0, Verdict)
                : code.Compute(BpfOperation.Move, BpfRegister.R1, DeviceName.IndexOf(Target))
                    .Compute(BpfOperation.Move, BpfRegister.R2, IsTargetIngress ? RedirectToIngress : 0)
                    .Call(RedirectFunction);
            KernelLink? other = Other is { } index ? earlier[index] : null;
            TcxPlace place = (other, IsBefore) switch
            {
                (null, true) => TcxPlace.First,
                (null, false) => TcxPlace.Last,
                (_, true) => TcxPlace.Before(other),
                (_, false) => TcxPlace.After(other),
            };
            using KernelProgram program = KernelProgram.Load(ProgramType.SchedulerClassifier, code.Exit().Build());
            return KernelLink.AttachTcx(program, DeviceName.IndexOf(Device), IsIngress ? TrafficDirection.Ingress : TrafficDirection.Egress, place);
        });

        public override TrafficProgram? Set(SakerBridge saker, IReadOnlyList<TrafficProgram?> earlier)
        {
            NetworkDevice? target = Target is null ? null : saker.DeviceOf(Target);
            HookDirection direction = IsTargetIngress ? HookDirection.Ingress : HookDirection.Egress;
            TrafficProgram program = new(ToString(), (_, ref context) => target is null ? (TrafficVerdict)Verdict : context.Redirect(target, direction));
            TrafficProgram? other = Other is { } number ? earlier[number] : null;
            Change(saker, chain => chain.With(program, (IsBefore, other) switch
            {
                (true, null) => ProgramPosition.First,
                (false, null) => ProgramPosition.Last,
                (true, not null) => ProgramPosition.Before(other),
                _ => ProgramPosition.After(other),
            }));
            return program;
        }
    }

    /// <summary>A function at netfilter's hook that says always the same: a chain with one rule.</summary>
    public sealed record Hook(string Device, bool IsIngress, int Priority, bool Accepts, int Number) : TrafficSetting(Device, IsIngress)
    {
        public override KernelLink? Set(KernelBridge kernel, IReadOnlyList<KernelLink?> earlier)
        {
            string priority = Priority.ToString(CultureInfo.InvariantCulture);
            kernel.Run(
                $"nft add table netdev t{Number}",
                $"nft add chain netdev t{Number} c {{ type filter hook {Side} device {Device} priority {priority} ; }}",
                $"nft add rule netdev t{Number} c {(Accepts ? "accept" : "drop")}");
            return null;
        }

        public override TrafficProgram? Set(SakerBridge saker, IReadOnlyList<TrafficProgram?> earlier)
        {
            NetworkDevice device = saker.DeviceOf(Device);
            NetfilterChain chain = Stack.NetworkStack.NetfilterOf(device, Direction);
            saker.Stack.SetNetfilter(
                device, Direction, chain.With(new NetfilterEntry(ToString(), Priority, (_, _) => Accepts ? NetfilterVerdict.Accept : NetfilterVerdict.Drop)));
            return null;
        }
    }
}
