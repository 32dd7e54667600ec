using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>Breaks models and devices, changes settings, and repairs everything.</summary>
internal sealed class StressFaults(ApplicationFixture fixture, IReadOnlyList<FakeModelScript> scripts, IReadOnlyList<string> ids)
{
    private IEnumerable<FakeDevice> Devices => [fixture.Accelerator[0], fixture.Accelerator[1]];

    /// <summary>Breaks something.</summary>
    /// <returns>The action that repairs it.</returns>
    public Action Break(Random random)
    {
        var script = scripts[random.Next(scripts.Count)];
        var device = fixture.Accelerator[random.Next(2)];
        script.IgnoresTokens = random.Next(2) == 0;
        device.IgnoresTokens = random.Next(2) == 0;
        return random.Next(12) switch
        {
            0 => Fail(script.Load),
            1 => Fail(script.Move),
            2 => Fail(device.Move),
            3 => Close(script.Load),
            4 => Close(script.Move),
            5 => Close(device.Move),
            6 => Change(() => device.FailMoves(random.Next(1, 4)), () => device.FailMoves(0)),
            7 => Change(() => device.PhysicalBytes = 14, () => device.PhysicalBytes = device.MemoryBytes),
            8 => Change(() => device.Slowdown = 40, () => device.Slowdown = 1),
            9 => Change(() => fixture.Accelerator.Lose(device.Device), () => fixture.Accelerator.Return(device.Device)),

            // The device works again immediately, but its contents are gone. In the second case, the manager does not know yet.
            10 =>
                Change(() => fixture.Accelerator.Lose(device.Device), static () => { }, () => fixture.Accelerator.Return(device.Device)),
            _ =>
                Change(() => fixture.Accelerator.Break(device.Device), static () => { }, () => fixture.Accelerator.Return(device.Device)),
        };

        static Action Fail(Gate gate) => Change(() => gate.FailWith(new IOException("injected")), () => gate.FailWith(null));

        static Action Close(Gate gate) => Change(gate.Close, gate.Open);

        static Action Change(Action apply, Action mend, Action? mendAtOnce = null)
        {
            apply();
            mendAtOnce?.Invoke();
            return mend;
        }
    }

    public void ChangeSettings(Random random)
    {
        var change = random.Next(7) switch
        {
            0 => ("Devices:fake:0:MemoryBudget", $"{random.Next(10, 30)}"),
            1 => ("Devices:fake:1:MaxConcurrentHolders", $"{random.Next(1, 4)}"),
            2 => ("Devices:cpu:MemoryBudget", $"{random.Next(40, 80)}"),
            3 => ("Leasing:MaxQueueLength", $"{random.Next(-8, 64)}"),
            4 => ("Leasing:MinResidency", $"00:00:0{random.Next(2)}"),
            5 => ("Leasing:MaxBypass", $"{random.Next(32)}"),
            _ => ($"Models:{ids[random.Next(ids.Count)]}:KeepAlive", $"00:00:{random.Next(1, 30):00}"),
        };
        fixture.Change(change);
    }

    /// <summary>Repairs everything.</summary>
    public void MendAll()
    {
        foreach (var gate in scripts
            .SelectMany(static script => new[] { script.Load, script.Move })
            .Concat(Devices.Select(static device => device.Move)))
        {
            gate.FailWith(null);
            gate.Open();
        }

        foreach (var device in Devices)
        {
            device.FailMoves(0);
            device.Slowdown = 1;
            device.PhysicalBytes = device.MemoryBytes;
        }

        fixture.Accelerator.Return();
    }
}
