using System.ComponentModel;

namespace SharedModels.Contracts;

/// <summary>Describes a method of a contract.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RemoteMethod
{
    private protected RemoteMethod(string name, ModelRetry retry) => (Name, Retry) = (name, retry);

    /// <summary>The name of the method with the types of its parameters.</summary>
    public string Name { get; }

    /// <summary>The outcomes after which a call is sent to another node.</summary>
    public ModelRetry Retry { get; }

    /// <summary>Calls the method of a visitor that matches the kind of this method.</summary>
    /// <typeparam name="TReturn">The type that the visitor returns.</typeparam>
    /// <param name="visitor">The visitor.</param>
    public abstract TReturn Accept<TReturn>(IRemoteMethodVisitor<TReturn> visitor);
}
