using System.Diagnostics;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <content>The faults, their repair, and the final checks.</content>
internal sealed partial class StressRun
{
    /// <summary>Breaks something.</summary>
    /// <returns>The action that repairs it.</returns>
    private Action Break(Random random)
    {
        var script = _scripts[random.Next(_scripts.Length)];
        var device = _fixture.Accelerator[random.Next(2)];
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
            9 => Change(() => _fixture.Accelerator.Lose(device.Device), () => _fixture.Accelerator.Return(device.Device)),

            // The device works again immediately, but its contents are gone. In the second case, the manager does not know yet.
            10 =>
                Change(() => _fixture.Accelerator.Lose(device.Device), static () => { }, () => _fixture.Accelerator.Return(device.Device)),
            _ =>
                Change(() => _fixture.Accelerator.Break(device.Device), static () => { }, () => _fixture.Accelerator.Return(device.Device)),
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

    private void ChangeSettings(Random random)
    {
        var change = random.Next(7) switch
        {
            0 => ("Devices:fake:0:MemoryBudget", $"{random.Next(10, 30)}"),
            1 => ("Devices:fake:1:MaxConcurrentHolders", $"{random.Next(1, 4)}"),
            2 => ("Devices:cpu:MemoryBudget", $"{random.Next(40, 80)}"),
            3 => ("Leasing:MaxQueueLength", $"{random.Next(-8, 64)}"),
            4 => ("Leasing:MinResidency", $"00:00:0{random.Next(2)}"),
            5 => ("Leasing:MaxBypass", $"{random.Next(32)}"),
            _ => ($"Models:{Id(random.Next(Kinds.Length))}:KeepAlive", $"00:00:{random.Next(1, 30):00}"),
        };
        _fixture.Change(change);
    }

    /// <summary>Repairs everything, and uses each model once more to check that it still works.</summary>
    private async Task RecoverAsync()
    {
        _fixture.Change(
            ("Leasing:MaxQueueLength", "64"),
            ("Devices:fake:0:MemoryBudget", "100%"),
            ("Devices:fake:1:MaxConcurrentHolders", "1"),
            ("Devices:cpu:MemoryBudget", "80"));
        MendAll();
        await UntilAllServeAsync();
        await Condition.UntilAsync(
            () => _fixture.Manager.GetSnapshot().Models.Sum(static model => model.ActiveLeases + model.QueuedRequests) == 0,
            CollectNowAndThen());
        for (var index = 0; index < Kinds.Length; index++)
        {
            while (true)
            {
                try
                {
                    await using var lease = await _fixture.FetchAsync(Id(index));
                    Assert.Equal(1, await lease.InvokeAsync(static model => model.Use()));
                    break;
                }
                catch (DeviceLostException)
                {
                    // The device failed silently and returned before anyone noticed. This call notifies the manager.
                    await UntilAllServeAsync();
                }
                catch (ModelLeaseException exception) when (exception.RetryAfter is { } time)
                {
                    await Pause(time);
                }
            }

            Interlocked.Increment(ref _ended);
        }
    }

    private Task UntilAllServeAsync() =>
        Condition.UntilAsync(() => _fixture.Manager.GetSnapshot().Devices.All(static device => device.Error is null));

    /// <summary>The collector finds forgotten leases. It is too slow to be called at each try.</summary>
    private static Action CollectNowAndThen()
    {
        var last = 0L;
        return () =>
        {
            if (last != 0 && Stopwatch.GetElapsedTime(last).TotalMilliseconds < 20)
                return;
            GC.Collect();
            last = Stopwatch.GetTimestamp();
        };
    }

    private void MendAll()
    {
        foreach (var gate in _scripts
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

        _fixture.Accelerator.Return();
    }

    private void AssertNothingIsLeft()
    {
        var snapshot = _fixture.Manager.GetSnapshot();
        Assert.All(snapshot.Models, static model =>
            Assert.Equal((0, 0, 0, false), (model.ActiveLeases, model.QueuedRequests, model.OverdueLeases, model.IsHanging)));
        Assert.All(snapshot.Models, static model =>
            Assert.True(model.Residency is ModelResidency.Registered or ModelResidency.Faulted, $"{model.Id} is {model.Residency}."));
        Assert.All(snapshot.Devices, static device => Assert.Equal((0, 0, 0), (device.UsedBytes, device.Holders, device.QueueLength)));
        Assert.All(Devices, static device => Assert.Equal(0, device.UsedBytes));
        Assert.All(_users, static users => Assert.Equal(0, users));
    }

    private string Describe()
    {
        var snapshot = _fixture.Manager.GetSnapshot();
        return string.Join(
            '\n',
            [.. snapshot.Models.Select(static model => model.ToString()), .. snapshot.Devices.Select(static device => device.ToString())]);
    }
}
