namespace SharedModels.Testing.Simulation;

/// <summary>
/// Runs a trace through the policies of other systems, reduced to their order of service and their choice of victims. They transfer, then compute:
/// nothing overlaps.
/// </summary>
public static class BaselineSimulation
{
    /// <summary>First in, first out; the least recently used models leave.</summary>
    public static SimulationResult FifoWithLru(Trace trace, SimulatedDevice device) => Run(trace, device, collates: false, new LruVictims(), copiesBack: false);

    /// <summary>One model on the device, first in, first out, copied in and back: what vision-agent-tools documents.</summary>
    public static SimulationResult OneAtATime(Trace trace, SimulatedDevice device) => Run(trace, device, collates: false, new AllVictims(), copiesBack: true);

    /// <summary>Whatever model is on the device is served as long as anybody wants it (as llama-swap does); the least recently used leave.</summary>
    public static SimulationResult UnboundedCollation(Trace trace, SimulatedDevice device) => Run(trace, device, collates: true, new LruVictims(), copiesBack: false);

    /// <summary>Bytes that would have been moved in a given order of service, had every victim been the model that is wanted again last.</summary>
    /// <remarks>Belady, "A study of replacement algorithms for a virtual-storage computer" (1966), applied to models of unequal size.</remarks>
    public static long BytesMovedByBelady(Trace trace, SimulatedDevice device, IReadOnlyList<int> order)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(order);
        var resident = new Residents(trace, device);
        var victims = new BeladyVictims(order.Select(request => trace.Requests[request].Model).ToArray(), trace.ModelBytes.Count);
        long bytes = 0;
        for (var i = 0; i < order.Count; i++)
            bytes += resident.Bring(trace.Requests[order[i]].Model, i, victims);
        return bytes;
    }

    private static SimulationResult Run(Trace trace, SimulatedDevice device, bool collates, VictimPolicy victims, bool copiesBack)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var resident = new Residents(trace, device);
        var waiting = new LinkedList<int>();
        var waits = new TimeSpan[trace.Requests.Count];
        var order = new List<int>();
        var now = TimeSpan.Zero;
        long bytesMoved = 0;
        var moves = 0;
        for (var arrived = 0; order.Count < waits.Length;)
        {
            if (waiting.Count == 0 && trace.Requests[arrived].Arrival > now)
                now = trace.Requests[arrived].Arrival;
            while (arrived < waits.Length && trace.Requests[arrived].Arrival <= now)
                waiting.AddLast(arrived++);
            var next = waiting.First!;
            for (var node = next; collates && node is not null; node = node.Next)
            {
                if (!resident.Contains(trace.Requests[node.Value].Model))
                    continue;
                next = node;
                break;
            }

            waiting.Remove(next);
            var request = trace.Requests[next.Value];
            var bytes = resident.Bring(request.Model, order.Count, victims);
            moves += bytes > 0 ? 1 : 0;
            bytes = copiesBack ? 2 * bytes : bytes;
            bytesMoved += bytes;
            now += device.TransferTime(bytes);
            waits[next.Value] = now - request.Arrival;
            order.Add(next.Value);
            now += request.Hold;
        }

        return new() { Waits = waits, Order = order, End = now, Moves = moves, BytesMoved = bytesMoved };
    }

    /// <summary>Says which of the models on the device leaves first.</summary>
    private abstract class VictimPolicy
    {
        public virtual bool EvictsAll => false;

        public abstract long Worth(int model, long lastUse, int position);
    }

    private sealed class LruVictims : VictimPolicy
    {
        public override long Worth(int model, long lastUse, int position) => lastUse;
    }

    private sealed class AllVictims : VictimPolicy
    {
        public override bool EvictsAll => true;

        public override long Worth(int model, long lastUse, int position) => 0;
    }

    private sealed class BeladyVictims : VictimPolicy
    {
        private readonly List<int>[] _uses;

        public BeladyVictims(int[] models, int count)
        {
            _uses = [.. Enumerable.Range(0, count).Select(static _ => new List<int>())];
            for (var i = 0; i < models.Length; i++)
                _uses[models[i]].Add(i);
        }

        public override long Worth(int model, long lastUse, int position)
        {
            var index = _uses[model].BinarySearch(position + 1);
            index = index < 0 ? ~index : index;
            return index < _uses[model].Count ? -_uses[model][index] : long.MinValue;
        }
    }

    /// <summary>The models on the device.</summary>
    private sealed class Residents(Trace trace, SimulatedDevice device)
    {
        private readonly Dictionary<int, long> _lastUses = [];
        private long _used;

        public bool Contains(int model) => _lastUses.ContainsKey(model);

        /// <summary>Puts a model on the device, driving others out if need be, and says how many bytes were moved for that.</summary>
        public long Bring(int model, int position, VictimPolicy victims)
        {
            var bytes = Contains(model) ? 0 : trace.ModelBytes[model];
            while (bytes > 0 && _lastUses.Count > 0 && (victims.EvictsAll || _used + bytes > device.BudgetBytes))
            {
                var victim = _lastUses.MinBy(pair => victims.Worth(pair.Key, pair.Value, position)).Key;
                _lastUses.Remove(victim);
                _used -= trace.ModelBytes[victim];
            }

            _used += bytes;
            _lastUses[model] = position;
            return bytes;
        }
    }
}
