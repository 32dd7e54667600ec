using SharedModels;

namespace Acme.Text;

/// <summary>A model that needs no device.</summary>
[SharedModel("hyphens")]
public sealed class Hyphenator
{
    public string Hyphenate(string word) => word;
}
