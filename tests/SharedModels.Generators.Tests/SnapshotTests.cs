namespace SharedModels.Generators.Tests;

public sealed class SnapshotTests
{
    private const string LibrarySource = """
        namespace Acme.Vision
        {
            public interface IClock;

            [SharedModels.SharedModel("detector", KeepAlive = "00:05:00")]
            [SharedModels.SharedModel("detector-large", Device = SharedModels.DevicePreference.Accelerator, MaxLeases = 2)]
            public sealed class Detector(IClock clock)
            {
                public IClock Clock { get; } = clock;
            }

            [SharedModels.SharedModel]
            internal sealed class Hidden;
        }
        """;

    [Fact]
    public void An_application_registers_its_model_with_services_for_its_constructor() => Verify(GeneratorRun.Application("""
        using Microsoft.Extensions.DependencyInjection;
        using SharedModels;

        namespace Acme;

        public interface IClock;

        public sealed class Settings;

        [SharedModel("reader", Device = DevicePreference.Cpu)]
        public sealed class Reader
        {
            public Reader(Settings settings) { }

            public Reader(IClock clock, [FromKeyedServices("big")] Settings settings, Settings? @default = null, int count = 3) { }
        }
        """));

    [Fact]
    public void The_constructor_marked_for_the_container_is_used() => Verify(GeneratorRun.Application("""
        using Microsoft.Extensions.DependencyInjection;
        using SharedModels;

        public sealed class Settings;

        [SharedModel]
        public sealed class Reader
        {
            public Reader(Settings first, Settings second) { }

            [ActivatorUtilitiesConstructor]
            public Reader(Settings settings) { }
        }
        """));

    [Fact]
    public void A_library_exports_its_public_models_and_registers_nothing() => Verify(GeneratorRun.Library(LibrarySource));

    [Fact]
    public void An_application_registers_the_models_of_the_libraries_it_references() => Verify(GeneratorRun.Application(
        "[SharedModels.SharedModel] internal sealed class Own;",
        GeneratorRun.LibraryReference(LibrarySource),
        GeneratorRun.LibraryReference(
            "namespace Another; [SharedModels.SharedModel(\"another\")] public sealed class Detector;", "Another")));

    [Fact]
    public void An_application_without_models_can_call_AddSharedModels() =>
        Verify(GeneratorRun.Application("public sealed class Nothing;"));

    [Fact]
    public void Members_of_ModelLeases_have_different_names() => Verify(GeneratorRun.Application("""
        using SharedModels;

        namespace One
        {
            [SharedModel("3d-net"), SharedModel("3D.net"), SharedModel("one")]
            public sealed class Net;
        }

        namespace Two
        {
            public static class Outer
            {
                [SharedModel("net")]
                public sealed class Net;
            }
        }
        """));

    [Fact]
    public void A_model_reads_its_options_from_its_own_section() => Verify(GeneratorRun.Application("""
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Options;
        using SharedModels;

        namespace Acme;

        public sealed class DetectorOptions
        {
            public string Folder { get; set; } = "";

            public float? Threshold { get; set; }

            public string[] Labels { get; set; } = [];

            public TilingOptions Tiling { get; } = new();
        }

        public sealed class TilingOptions
        {
            public int Size { get; set; }
        }

        [SharedModel("small"), SharedModel("large")]
        public sealed class Detector
        {
            public Detector([ServiceKey] string id, IOptionsMonitor<DetectorOptions> options) { }
        }
        """));

    [Fact]
    public void Inputs_of_a_batch_model_are_run_with_a_lease_or_by_the_manager() => Verify(GeneratorRun.Application("""
        using System.Collections.Generic;
        using System.Threading;
        using SharedModels;

        namespace Acme;

        [SharedModel("minilm", MaxBatchSize = 16, BatchFailure = BatchFailure.Fail), SharedModel("minilm-large")]
        public sealed class MiniLm : IBatchModel<string, float[]>
        {
            public IReadOnlyList<float[]> InvokeBatch(IReadOnlyList<string> inputs, CancellationToken cancellationToken) => [];
        }
        """));

    private static void Verify(GeneratorRun run, [System.Runtime.CompilerServices.CallerMemberName] string name = "") =>
        Snapshot.AssertMatches(run.AssertCompiles().AssertReports().AssertIncremental().Text, name);
}
