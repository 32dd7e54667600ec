using System.Globalization;
using System.Text;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Writes the description and the proxy of a contract.</summary>
internal static class ContractSource
{
    private const string Library = "global::SharedModels.Contracts";

    private static readonly string Version = typeof(SharedModelGenerator).Assembly.GetName().Version.ToString(3);

    private static readonly string Mark =
        $"""[global::System.CodeDom.Compiler.GeneratedCode("SharedModels.Generators", "{Version}")]""";

    public static string Emit(RemoteContract contract)
    {
        var (type, name) = (contract.TypeName, contract.Name);
        var source = SourceWriter.Begin().Append($$"""
            [assembly: {{Library}}.RemoteContractAttribute(typeof({{type}}), typeof({{Library}}.Generated.{{name}}))]

            namespace SharedModels.Contracts.Generated
            {
                /// <summary>Describes <see cref="{{type}}"/>.</summary>
                {{Mark}}
                internal sealed class {{name}} : {{Library}}.RemoteContract<{{type}}>
                {

            """);
        foreach (var (i, method) in contract.Methods.Select(static (method, i) => (i, method)))
            AppendDescription(source, contract, method, i);
        var all = string.Join(", ", contract.Methods.Select(static (_, i) => FieldOf(i)));
        source.Append($$"""
                    public {{name}}()
                        : base({{contract.Id}}, new {{Library}}.RemoteMethod[] { {{all}} })
                    {
                    }

                    public override {{type}} CreateProxy({{Library}}.IRemoteModelCaller caller) => new Proxy(caller);

                    private sealed class Proxy : {{type}}
                    {
                        private readonly {{Library}}.IRemoteModelCaller _caller;

                        public Proxy({{Library}}.IRemoteModelCaller caller) => _caller = caller;

            """);
        foreach (var (i, method) in contract.Methods.Select(static (method, i) => (i, method)))
            AppendProxy(source, method, $"{name}.{FieldOf(i)}");
        return source.Append("        }\n    }\n}\n").ToString();
    }

    private static void AppendDescription(StringBuilder source, RemoteContract contract, RemoteMethod method, int number)
    {
        var isStream = method.Kind == RemoteReturn.Stream;
        var types = $"<{contract.TypeName}, {TupleOf(method)}, {method.ResultType ?? "bool"}>";
        var item = 0;
        var arguments = string.Join(", ", method.Parameters.Select(
            parameter => parameter.IsToken ? "cancellationToken" : $"arguments.Item{(++item).ToString(CultureInfo.InvariantCulture)}"));
        var call = $"(({method.DeclaringType})model).@{method.Name}({arguments})";
        var body = (isStream, method.ResultType) switch
        {
            (true, _) => $"static (model, arguments, cancellationToken) => {call}",
            (_, null) =>
                "static async (model, arguments, cancellationToken) => { await " + call + ".ConfigureAwait(false); " + "return true; }",
            _ => $"static async (model, arguments, cancellationToken) => await {call}.ConfigureAwait(false)",
        };
        var kind = $"{Library}.{(isStream ? "RemoteStream" : "RemoteCall")}{types}";
        source.Append($"""
                    private static readonly {kind} {FieldOf(number)} = new {kind}(
                        {CSharpLiteral.Of(method.Key)},
                        global::SharedModels.ModelRetry.{(method.MayRetry ? "WhenLost" : "WhenRejected")},
                        {body});


            """);
    }

    /// <summary>Writes a method of the proxy. Parameters can have the names of its members.</summary>
    private static void AppendProxy(StringBuilder source, RemoteMethod method, string field)
    {
        var parameters = string.Join(", ", method.Parameters.Select(static parameter => $"{parameter.TypeName} @{parameter.Name}"));
        var token = method.Parameters.FirstOrDefault(static parameter => parameter.IsToken) is { } found ? $"@{found.Name}" : "default";
        var values = method.Parameters
            .Where(static parameter => !parameter.IsToken)
            .Select(static parameter => $"@{parameter.Name}")
            .ToList();
        var arguments = values.Count switch
        {
            0 => "default",
            1 => $"new {TupleOf(method)}({values[0]})",
            _ => $"({string.Join(", ", values)})",
        };
        var send = method.Kind == RemoteReturn.Stream ? "StreamAsync" : "InvokeAsync";
        var call = $"this._caller.{send}({field}, {arguments}, {token})";
        if (method.Kind == RemoteReturn.ValueTask)
            call = $"new {method.ReturnType}({call})";
        source.Append($"""

                        {method.ReturnType} {method.DeclaringType}.@{method.Name}({parameters}) =>
                            {call};

            """);
    }

    private static string TupleOf(RemoteMethod method)
    {
        var types = method.Parameters.Where(static parameter => !parameter.IsToken).Select(static parameter => parameter.TypeName).ToList();
        return types.Count switch
        {
            0 => "global::System.ValueTuple",
            1 => $"global::System.ValueTuple<{types[0]}>",
            _ => $"({string.Join(", ", types)})",
        };
    }

    private static string FieldOf(int number) => $"Method{number.ToString(CultureInfo.InvariantCulture)}";
}
