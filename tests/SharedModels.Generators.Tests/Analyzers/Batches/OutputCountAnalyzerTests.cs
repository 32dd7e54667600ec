using SharedModels.Generators.Analyzers.Batches;

namespace SharedModels.Generators.Tests.Analyzers.Batches;

public sealed class OutputCountAnalyzerTests
{
    [Theory]
    [InlineData("=> [|[Run(inputs[0])]|];")]
    [InlineData("=> [|[]|];")]
    [InlineData("=> [|null|]!;")]
    [InlineData("=> [|default|]!;")]
    [InlineData("=> [|new int[3]|];")]
    [InlineData("=> [|new[] { Run(inputs[0]), 2 }|];")]
    [InlineData("=> [|Array.Empty<int>()|];")]
    [InlineData("=> inputs[0] == \"\" ? [|[]|] : [|[Run(inputs[0])]|];")]
    [InlineData("=> inputs[0] switch { \"\" => [|[1]|], \"a\" => throw new InvalidOperationException(), _ => [|null|]! };")]
    [InlineData("{ if (inputs[0] == \"\") return [|[1]|]; return [|new int[2]|]; }")]
    [InlineData("{ var outputs = new int[1]; outputs[0] = Run(inputs[0]); return [|outputs|]; }")]
    [InlineData("{ Func<string, int[]> run = input => { return inputs.Select(Run).ToArray(); }; return [|[run(inputs[0])[0]]|]; }")]
    public Task A_constant_number_of_outputs_is_reported(string body) => AssertReportsAsync(body);

    [Theory]
    [InlineData("=> [.. inputs.Select(Run)];")]
    [InlineData("=> [1, .. inputs.Skip(1).Select(Run)];")]
    [InlineData("=> inputs.Count == 1 ? [Run(inputs[0])] : throw new NotSupportedException();")]
    [InlineData("=> inputs switch { [var one] => [Run(one)], _ => throw new NotSupportedException() };")]
    [InlineData("{ if (inputs.Count == 0) return []; return inputs.Select(Run).ToArray(); }")]
    [InlineData("{ if (!inputs.Any()) return null!; return [1]; }")]
    [InlineData("{ if (inputs[0] == \"\") return []; return inputs.Select(Run).ToList(); }")]
    [InlineData("=> new int[inputs.Count];")]
    [InlineData("=> new int[Size];")]
    [InlineData("{ var outputs = new int[1]; outputs = inputs.Select(Run).ToArray(); return outputs; }")]
    [InlineData("{ var outputs = new int[1]; Fill(ref outputs, inputs); return outputs; }")]
    [InlineData("{ List<int> outputs = [1]; outputs.AddRange(inputs.Skip(1).Select(Run)); return outputs; }")]
    [InlineData("=> throw new NotSupportedException();")]
    public Task Other_numbers_of_outputs_are_not_reported(string body) => AssertQuietAsync(body);

    [Theory]
    [InlineData("{ if (input == \"\") [|continue;|] outputs.Add(Run(input)); }")]
    [InlineData("{ if (input == \"\") { Log(input); [|continue;|] } var output = Run(input); outputs.Add(output); }")]
    [InlineData("if ([|input != \"\"|]) outputs.Add(Run(input));")]
    [InlineData("{ if ([|Try(input) is { } output|]) { Log(input); outputs.Add(output); } }")]
    [InlineData("{ try { outputs.Add(Run(input)); } [|catch (FormatException) { }|] }")]
    [InlineData("{ try { outputs.Add(Run(input)); } [|catch (Exception) { continue; }|] }")]
    public Task A_loop_that_skips_an_input_is_reported(string body) => AssertReportsAsync(Loop(body));

    [Theory]
    [InlineData("outputs.Add(Run(input));")]
    [InlineData("{ if (input == \"\") Log(input); outputs.Add(Run(input)); }")]
    [InlineData("{ if (input == \"\") { outputs.Add(0); continue; } outputs.Add(Run(input)); }")]
    [InlineData("{ if (input != \"\") { outputs.Add(Run(input)); continue; } throw new FormatException(); }")]
    [InlineData("{ if (input == \"\") throw new FormatException(); outputs.Add(Run(input)); }")]
    [InlineData("{ if (input != \"\") outputs.Add(Run(input)); else throw new FormatException(); }")]
    [InlineData("{ if (input != \"\") outputs.Add(Run(input)); Check(input); }")]
    [InlineData("{ foreach (var c in input) { if (c == ' ') continue; Log(input); } outputs.Add(Run(input)); }")]
    [InlineData("{ try { outputs.Add(Run(input)); } catch (FormatException) { throw; } }")]
    [InlineData("{ try { outputs.Add(Run(input)); } catch (FormatException) { Check(input); } }")]
    [InlineData("{ try { outputs.Add(Run(input)); } catch (OperationCanceledException) { } }")]
    [InlineData("{ if (cancellationToken.IsCancellationRequested) continue; outputs.Add(Run(input)); }")]
    [InlineData("if (!cancellationToken.IsCancellationRequested) outputs.Add(Run(input));")]
    public Task A_loop_that_skips_no_input_for_certain_is_not_reported(string body) => AssertQuietAsync(Loop(body));

    [Theory]
    [InlineData("", "inputs", "Pad(outputs);")]
    [InlineData("", "inputs", "Check(\"\");")]
    [InlineData("", "inputs.SelectMany(input => input.Split())", "")]
    [InlineData("{ 1 }", "inputs", "")]
    public Task A_list_that_may_have_other_outputs_is_not_reported(string added, string source, string end) => AssertQuietAsync(
        $"{{ var outputs = new List<int>(){added}; foreach (var input in {source}) {{ if (input == \"\") continue; "
        + $"outputs.Add(Run(input)); }} {end} return outputs; }}");

    [Theory]
    [InlineData("List<int> outputs = [];")]
    [InlineData("var outputs = new List<int>(inputs.Count);")]
    public Task A_list_that_is_empty_at_first_is_reported(string declaration) => AssertReportsAsync(
        $"{{ {declaration} foreach (var input in inputs) {{ if (input == \"\") [|continue;|] outputs.Add(Run(input)); }} return outputs; "
        + "}");

    [Fact]
    public Task A_list_that_is_copied_is_not_reported() => AssertQuietAsync(
        "{ var outputs = new List<int>(new int[1]); foreach (var input in inputs) { if (input == \"\") continue; outputs.Add(Run(input)); "
        + "} return outputs; }");

    [Theory]
    [InlineData("=> [|inputs.Where(input => input != \"\")|].Select(Run).ToList();")]
    [InlineData("=> [.. [|inputs.Distinct()|].Select(Run)];")]
    [InlineData("=> [|inputs.Select(Try).Where(output => output is not null)|].Select(output => output!.Value).ToArray();")]
    public Task A_filter_of_the_inputs_is_reported(string body) => AssertReportsAsync(body);

    [Theory]
    [InlineData("=> inputs.Where(input => input != \"\").Concat(inputs).Select(Run).ToList();")]
    [InlineData("=> [0, .. inputs.Where(input => input != \"\").Select(Run)];")]
    [InlineData("{ var all = inputs.Distinct().ToDictionary(input => input, Run); return inputs.Select(input => all[input]).ToList(); }")]
    public Task A_filter_that_may_leave_an_output_for_each_input_is_not_reported(string body) => AssertQuietAsync(body);

    [Theory]
    [InlineData("(MaxBatchSize = 1)", "=> [Run(inputs[0])];")]
    [InlineData("(\"a\"), SharedModel(\"b\", MaxBatchSize = 1)", "=> new[] { Run(inputs[0]) };")]
    public Task A_model_with_one_input_at_a_time_returns_one_output(string arguments, string body) =>
        Source.AssertQuietAsync(new OutputCountAnalyzer(), Model(body, $"SharedModel{arguments}"));

    [Fact]
    public Task A_model_with_one_input_at_a_time_does_not_return_two() => Source.AssertReportsAsync(
        new OutputCountAnalyzer(), "SHM032", Model("=> [|[1, 2]|];", "SharedModel(MaxBatchSize = 1)"));

    [Fact]
    public Task A_class_without_the_attribute_is_not_analyzed() =>
        Source.AssertQuietAsync(new OutputCountAnalyzer(), Model("=> [];", "Serializable"));

    [Fact]
    public Task Fakes_of_tests_can_fail_on_purpose()
    {
        var test = new AnalyzerTest([new OutputCountAnalyzer()], id: null, Model("=> [];", "SharedModel"));
        test.TestState.AdditionalReferences.Add(typeof(FactAttribute).Assembly);
        return test.RunAsync();
    }

    [Fact]
    public Task Other_methods_are_not_analyzed() => Source.AssertQuietAsync(
        new OutputCountAnalyzer(),
        Model("=> [.. inputs.Select(Run)]; public IReadOnlyList<int> InvokeBatch(string[] inputs) => [];", "SharedModel"));

    [Fact]
    public Task An_override_and_an_explicit_implementation_are_analyzed() => Source.AssertReportsAsync(
        new OutputCountAnalyzer(),
        "SHM032",
        "using System.Collections.Generic; abstract class Base : IBatchModel<string, int> { public abstract IReadOnlyList<int> "
        + "InvokeBatch(IReadOnlyList<string> inputs, CancellationToken ct); } [SharedModel] class Model : Base, IBatchModel<int, int> { "
        + "public override IReadOnlyList<int> InvokeBatch(IReadOnlyList<string> inputs, CancellationToken ct) => [|[]|]; "
        + "IReadOnlyList<int> IBatchModel<int, int>.InvokeBatch(IReadOnlyList<int> inputs, CancellationToken ct) => [|[]|]; }");

    [Theory]
    [InlineData("=> [|null|]!;", "This returns null", "return a list with an output for each input")]
    [InlineData("=> [|[]|];", "This returns no output", "return a list with an output for each input")]
    [InlineData(
        "=> [|[1]|];",
        "This returns 1 output, regardless of the number of inputs",
        "run all inputs, or set MaxBatchSize of [SharedModel] to 1")]
    [InlineData(
        "=> [|[1, 2]|];", "This returns 2 outputs, regardless of the number of inputs", "return a list with an output for each input")]
    [InlineData(
        "=> [.. [|inputs.Distinct()|].Select(Run)];",
        "This skips an input",
        "throw for an input that cannot be processed, so that only its caller gets the exception")]
    public async Task The_message_names_the_mistake_and_the_remedy(string body, string mistake, string remedy) => Assert.Equal(
        $"{mistake}, but InvokeBatch must return one output per input, in the same order; {remedy}",
        await Source.ReadMessageAsync(new OutputCountAnalyzer(), "SHM032", Model(body, "SharedModel")));

    private static Task AssertReportsAsync(string body) =>
        Source.AssertReportsAsync(new OutputCountAnalyzer(), "SHM032", Model(body, "SharedModel"));

    private static Task AssertQuietAsync(string body) => Source.AssertQuietAsync(new OutputCountAnalyzer(), Model(body, "SharedModel"));

    private static string Loop(string body) =>
        $"{{ var outputs = new List<int>(); foreach (var input in inputs) {body} return outputs; }}";

    private static string Model(string body, string attribute) =>
        $"using System.Collections.Generic; [{attribute}] class Model : IBatchModel<string, int> {{ static readonly int Size = 3; static "
        + "int Run(string input) => 1; static int? Try(string input) => 1; static void Log(string input) { } static void Check(string "
        + "input) => throw new FormatException(input); static void Pad(List<int> outputs) { } static void Fill(ref int[] outputs, "
        + "IReadOnlyList<string> inputs) { } public IReadOnlyList<int> InvokeBatch(IReadOnlyList<string> inputs, CancellationToken "
        + $"cancellationToken) {body} }}";
}
