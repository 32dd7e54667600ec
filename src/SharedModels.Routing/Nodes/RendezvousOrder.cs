using System.Numerics;

namespace SharedModels.Routing.Nodes;

/// <summary>
/// An order of the nodes for each demand that all routers agree on without communication. A node that joins or leaves changes the first
/// place of few demands. Nodes with more memory are first for more demands (Thaler and Ravishankar, "Using Name-Based Mappings to Increase
/// Hit Rates", 1998, with the weights of Schindelhauer and Schomaker, "Weighted Distributed Hash Tables", 2005).
/// </summary>
internal static class RendezvousOrder
{
    public static KnownNode[] Sort(ModelDemand demand, IEnumerable<KnownNode> nodes)
    {
        var hash = Hash(demand.Key);
        return [.. nodes.OrderByDescending(node => Score(hash, node)).ThenBy(static node => node.Id, StringComparer.Ordinal)];
    }

    /// <summary>Returns a hash that is the same in every process (Fowler, Noll and Vo's FNV-1a, then <see cref="Mix"/>).</summary>
    public static ulong Hash(string text)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var character in text)
            hash = (hash ^ character) * 0x100000001B3;
        return Mix(hash);
    }

    /// <summary>Distributes all bits of a number over the result (Steele, Lea and Flood's SplitMix64, 2014).</summary>
    public static ulong Mix(ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
        return state ^ (state >> 31);
    }

    private static double Score(ulong demand, KnownNode node)
    {
        // A number from 0 to 1, without both ends.
        var random = ((Mix(demand ^ BitOperations.RotateLeft(node.Hash, 32)) >> 12) + 0.5) / (1UL << 52);
        return -node.Weight / Math.Log(random);
    }
}
