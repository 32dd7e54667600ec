using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SharedModels;

/// <summary>
/// Identifies a device that models run on: <c>cpu</c>, <c>cuda:0</c>, <c>cuda:1</c>, <c>mps</c>, or a device of another provider, such as
/// <c>fake:0</c>.
/// </summary>
/// <remarks>
/// A device has a kind in lower case and, if a machine can have several devices of the kind, an index from 0. <see cref="Parse(string)"/>
/// and <see cref="ToString"/> round-trip. The default value is <see cref="Cpu"/>. Instances are immutable and thread-safe.
/// </remarks>
public readonly struct Device : IEquatable<Device>, ISpanParsable<Device>
{
    private const string CpuKind = "cpu";
    private const string MpsKind = "mps";

    private readonly string? _kind;

    /// <summary>Creates the name of the device with the given kind and index.</summary>
    /// <param name="kind">Lowercase letters and digits, starting with a letter, such as <c>cuda</c>.</param>
    /// <param name="index">The index among the machine's devices of this kind, from 0. <c>cpu</c> and <c>mps</c> have only index 0.</param>
    /// <exception cref="ArgumentException"><paramref name="kind"/> does not have that form.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="index"/> is negative, or not 0 for <c>cpu</c> or <c>mps</c>.
    /// </exception>
    public Device(string kind, int index = 0)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (!IsKind(kind))
            throw new ArgumentException(
                $"A device kind must consist of lowercase letters and digits and start with a letter, but was '{kind}'.", nameof(kind));
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (IsSingle(kind))
            ArgumentOutOfRangeException.ThrowIfNotEqual(index, 0);
        _kind = kind;
        Index = index;
    }

    /// <summary>The processor and its memory, <c>cpu</c>.</summary>
    public static Device Cpu => default;

    /// <summary>Apple's Metal device, <c>mps</c>.</summary>
    public static Device Mps => new(MpsKind);

    /// <summary>The kind, in lower case: <c>cpu</c>, <c>cuda</c>, <c>mps</c>.</summary>
    public string Kind => _kind ?? CpuKind;

    /// <summary>The index among the machine's devices of this kind, from 0.</summary>
    public int Index { get; }

    /// <summary>Gets a value that indicates whether the device is the processor, whose memory is host memory.</summary>
    public bool IsCpu => Kind == CpuKind;

    /// <summary>Returns the name of a CUDA device, such as <c>cuda:0</c>.</summary>
    /// <param name="index">The device's ordinal, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    public static Device Cuda(int index) => new("cuda", index);

    /// <summary>Parses a device name.</summary>
    /// <param name="s"><c>cpu</c>, <c>mps</c>, or a kind with an optional index (<c>cuda</c> is <c>cuda:0</c>).</param>
    /// <exception cref="FormatException"><paramref name="s"/> is not a device name.</exception>
    public static Device Parse(string s)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), null);
    }

    /// <summary>Tries to parse a device name.</summary>
    /// <param name="s">The text, or <see langword="null"/>.</param>
    /// <param name="result">The device, or <see cref="Cpu"/> if <paramref name="s"/> is not a device name.</param>
    public static bool TryParse([NotNullWhen(true)] string? s, out Device result) => TryParse(s.AsSpan(), null, out result);

    /// <inheritdoc/>
    public static Device Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Device result) => TryParse(s, out result);

    /// <inheritdoc/>
    public static Device Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var device)
            ? device
            : throw new FormatException($"'{s}' is not a device. Use cpu, mps, or a kind with an index from 0, such as cuda:0.");

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Device result)
    {
        result = default;
        var colon = s.IndexOf(':');
        var kind = colon < 0 ? s : s[..colon];
        var index = 0;
        if (!IsKind(kind))
            return false;
        if (colon >= 0 && (IsSingle(kind) || !int.TryParse(s[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            return false;
        result = new Device(kind.ToString(), index);
        return true;
    }

    /// <summary>Returns the device's name in the form that <see cref="Parse(string)"/> accepts.</summary>
    public override string ToString() => IsSingle(Kind) ? Kind : string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Index}");

    /// <inheritdoc/>
    public bool Equals(Device other) => Index == other.Index && Kind == other.Kind;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Device other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind.GetHashCode(StringComparison.Ordinal), Index);

    /// <summary>Compares two devices.</summary>
    /// <returns><see langword="true"/> if they are the same device.</returns>
    public static bool operator ==(Device left, Device right) => left.Equals(right);

    /// <summary>Compares two devices.</summary>
    /// <returns><see langword="true"/> if they are different devices.</returns>
    public static bool operator !=(Device left, Device right) => !left.Equals(right);

    private static bool IsSingle(ReadOnlySpan<char> kind) => kind is CpuKind or MpsKind;

    private static bool IsKind(ReadOnlySpan<char> text) =>
        text.Length > 0 && char.IsAsciiLetterLower(text[0]) && text.IndexOfAnyExceptInRange('0', 'z') < 0
        && !text.ContainsAnyInRange(':', '`');
}
