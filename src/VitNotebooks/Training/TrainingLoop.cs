using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Evaluation;
using VitNotebooks.Models;

namespace VitNotebooks.Training;

/// <summary>The epochs of a run: batches in, metrics, checkpoints and progress out.</summary>
internal sealed class TrainingLoop
{
    /// <summary>An epoch that ends sooner after a checkpoint saves none: at worst a second of work is done again.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>Who stops a run waits so long for the batch of the update under way before the run is saved without it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TrainerOptions _options;
    private readonly TrainingRecipe _recipe;
    private readonly TrainingPlan _plan;
    private readonly VisionModel _model;
    private readonly TrainingOptimizer _optimizer;
    private readonly RunCheckpoint _checkpoint;
    private readonly RunningMetrics _metrics;
    private readonly RunFolder _folder;
    private readonly CancellationToken _stop;
    private readonly VisionData _data;
    private readonly ITrainingDisplay _display;
    private readonly ProgressReporter _reporter;
    private readonly RunImages _images;
    private readonly long _start;
    private BrokenImages _broken;
    private IBatchSource? _source;
    private double _unreportedLoad;
    private bool _isTesting;
    private List<EpochMetrics> _history = [];
    private long _lastCheckpoint;
    private string? _lastGood;
    private bool _outOfTime;

    public TrainingLoop(
        TrainerOptions options,
        TrainingRecipe recipe,
        TrainingPlan plan,
        VisionModel model,
        TrainingOptimizer optimizer,
        RunningMetrics metrics,
        RunImages images,
        RunFolder folder,
        string identity,
        long start,
        CancellationToken stop
    )
    {
        _options = options;
        _recipe = recipe;
        _plan = plan;
        _model = model;
        _optimizer = optimizer;
        _metrics = metrics;
        _images = images;
        _broken = BrokenImages.None with { Policy = options.Loading.OnBroken };
        _folder = folder;
        _stop = stop;
        _start = start;
        _data = options.Data!;
        _display = options.Display!;
        _checkpoint = new RunCheckpoint(
            folder,
            model,
            optimizer,
            metrics,
            identity,
            withGenerators: recipe.Randomness == StepRandomness.OneSequence
        );
        _reporter = new ProgressReporter(options, recipe, plan, folder.Path, start);
    }

    /// <summary>Makes all updates that are left.</summary>
    /// <param name="evaluationSeconds">What an evaluation was measured to take; 0 if unknown.</param>
    public TrainingRun Run(double evaluationSeconds)
    {
        _reporter.Expect(evaluationSeconds);
        var cursor = Resume();
        SetStatus(RunStatus.Running);
        PeakMemory.Reset();
        try
        {
            var before = _images.LoadSeconds;
            using var source = _images.Training();
            _unreportedLoad = _images.LoadSeconds - before;
            _source = source;
            // An epoch whose updates are all made may still lack its evaluation.
            while (cursor.GlobalStep < _plan.TotalSteps || cursor.Step > 0)
            {
                cursor = Epoch(source, cursor);
            }
            return Finish();
        }
        catch (ImageFileException e) when (_options.Loading.OnBroken == BrokenImagePolicy.Throw)
        {
            _broken = _isTesting ? _broken.With([], [Met(e)]) : _broken.With([Met(e)], []);
            SetStatus(RunStatus.Interrupted);
            _display.Note(
                $"Stopped at a broken image; what was done until then is in {_folder.Path}. Mend it or take it out of the data, or train with "
                    + ".OnBroken(BrokenImagePolicy.SkipAndCount) or Replace; either is another run."
            );
            throw;
        }
    }

    private static BrokenImage Met(ImageFileException e) => new(e.File, e.Message);

    private RunCursor Resume()
    {
        _lastCheckpoint = Stopwatch.GetTimestamp();
        var found = ResumePoint.Find(_folder, path => _checkpoint.Restore(path, _options.AllowsOtherMachine));
        if (found is null)
        {
            if (_recipe.Randomness == StepRandomness.OneSequence)
            {
                torch.manual_seed(RunRandomness.ForSequence(_options.Seed));
            }
            _folder.WriteMetrics([]);
            RunCursor start = new(0, 0, 0, 0);
            Save(start, new EpochClock(0, 0, 0, 0));
            return start;
        }
        _broken = BrokenImages.Read(_folder.ReadStatus()?["broken"]) with { Policy = _options.Loading.OnBroken };
        var cursor = found.Cursor;
        _lastGood = found.Path;
        _history = [.. _folder.ReadMetrics().Where(r => r.Epoch < cursor.Epoch)];
        _folder.WriteMetrics(_history);
        _reporter.Resumed(cursor, _history);
        if (found.Note is string note)
        {
            _display.Note(note);
        }
        if (_checkpoint.Changes.Count > 0)
        {
            _display.Note(
                $"This run is not bit-exact: it was made in more than one environment. {string.Join("; ", _checkpoint.Changes)}."
            );
        }
        if (cursor.GlobalStep > 0)
        {
            _display.Note(
                $"Going on in {_folder.Path} from epoch {cursor.Epoch + 1}, update {cursor.Step} of {_plan.StepsPerEpoch}."
            );
        }
        return cursor;
    }

    private RunCursor Epoch(IBatchSource loader, RunCursor cursor)
    {
        var epoch = cursor.Epoch;
        var steps = _plan.StepsOf(epoch);
        var step = cursor.Step;
        var before = _folder.ReadClock(epoch, step) ?? new EpochClock(epoch, step, 0, 0);
        // Reading the images onto the device is waiting for data too.
        before = before with
        {
            Seconds = before.Seconds + _unreportedLoad,
            WaitSeconds = before.WaitSeconds + _unreportedLoad,
        };
        _unreportedLoad = 0;
        TrainingStep update = new(_model, _optimizer, _recipe, _options.Seed);
        var learningRate = _plan.Schedule.At(Math.Max(cursor.GlobalStep - 1, 0));
        List<double> stepTimes = new(steps - step);
        var waitedAtStart = loader.WaitSeconds;
        var began = Stopwatch.GetTimestamp();
        var stepBegan = began;
        _reporter.BeginEpoch(epoch, step, steps, Weight(epoch));
        _model.train();
        EpochClock Clock() =>
            new(
                epoch,
                step,
                before.Seconds + Stopwatch.GetElapsedTime(began).TotalSeconds,
                before.WaitSeconds + loader.WaitSeconds - waitedAtStart
            );
        loader.Waiting = waited =>
        {
            if (_stop.IsCancellationRequested && waited >= Patience)
            {
                Interrupt(cursor, Clock(), learningRate);
            }
            if (_reporter.Due)
            {
                _reporter.Training(cursor, _metrics.Read(), learningRate, Clock(), stepTimes, _history);
            }
        };
        if (step < steps)
        {
            foreach (var batch in loader.Epoch(epoch, step))
            {
                using (batch)
                {
                    // Where no image of a batch could be read, there is no update.
                    if (batch.Index >= steps)
                    {
                        break;
                    }
                    step = batch.Index;
                    learningRate = _plan.Schedule.At(((long)epoch * _plan.StepsPerEpoch) + step);
                    update.Run(batch, epoch, step, learningRate, _metrics);
                }
                step++;
                stepTimes.Add(Stopwatch.GetElapsedTime(stepBegan).TotalSeconds);
                stepBegan = Stopwatch.GetTimestamp();
                cursor = new RunCursor(epoch, step, ((long)epoch * _plan.StepsPerEpoch) + step, _metrics.Images);
                var last = step == steps;
                if (!last && _reporter.Due)
                {
                    var reading = Read(cursor, learningRate);
                    _reporter.Training(cursor, reading, learningRate, Clock(), stepTimes, _history);
                }
                if (_stop.IsCancellationRequested)
                {
                    Interrupt(cursor, Clock(), learningRate);
                }
                if (!last && CheckpointDue(step))
                {
                    Read(cursor, learningRate);
                    Save(cursor, Clock());
                }
                _outOfTime |= !last && BudgetIsUsedUp();
                if (last || _outOfTime)
                {
                    break;
                }
            }
        }
        loader.Waiting = null;
        if (step < steps && !_outOfTime && loader.Options.OnBroken == BrokenImagePolicy.SkipAndCount)
        {
            if (_metrics.Images == 0)
            {
                SetStatus(RunStatus.Interrupted);
                throw new DataException(
                    $"None of the images of {_data.Train.Name} that epoch {epoch + 1} shows can be read: {BrokenImages.Sentence(loader.Broken, "left out")}."
                );
            }
            step = steps;
            cursor = cursor with { Step = step, GlobalStep = ((long)epoch * _plan.StepsPerEpoch) + step };
        }
        if (step < steps && !_outOfTime)
        {
            throw new InvalidOperationException(
                $"The loader gave {step} batches in epoch {epoch + 1} where {steps} were expected; the last checkpoint is {_lastGood}."
            );
        }
        return EndEpoch(cursor, learningRate, Clock(), stepTimes);
    }

    private RunCursor EndEpoch(RunCursor cursor, double learningRate, EpochClock clock, List<double> stepTimes)
    {
        var epoch = cursor.Epoch;
        var means = Read(cursor, learningRate);
        var lastEpoch = epoch + 1 == _plan.Epochs || _outOfTime;
        var testLoss = double.NaN;
        var testAccuracy = double.NaN;
        double evaluationSeconds = 0;
        if (lastEpoch || (epoch + 1) % _recipe.EvaluateEvery == 0)
        {
            _isTesting = true;
            using var test = _images.Testing(Math.Max(_recipe.BatchSize, 64));
            var result = Evaluator.Run(
                _model,
                test,
                _data.Classes.Count,
                (done, all, rate) => _reporter.Evaluating(epoch, done, all, rate, _history),
                _stop
            );
            _isTesting = false;
            _broken = _broken.With([], test.Broken);
            if (result is null)
            {
                // The epoch's updates are all made; the evaluation is what the next start begins with.
                Interrupt(cursor, clock, learningRate);
            }
            (testLoss, testAccuracy, evaluationSeconds) = (result!.Loss, result.Top1, result.Seconds);
        }
        EpochMetrics row = new(
            epoch,
            cursor.Step,
            learningRate,
            means.Loss,
            means.Accuracy,
            means.Auxiliary,
            Weight(epoch),
            means.Norm,
            testLoss,
            testAccuracy,
            clock.Seconds,
            evaluationSeconds,
            clock.WaitSeconds,
            1000 * TrainingRun.Median([.. stepTimes]),
            means.Images / Math.Max(clock.Seconds, 1e-9),
            PeakMemory.Read()
        );
        var best = row.Evaluated && !_history.Any(r => r.Evaluated && r.TestAccuracy >= row.TestAccuracy);
        _history.Add(row);
        _folder.AppendMetrics(row);
        if (best)
        {
            _checkpoint.SaveWeights(_folder.BestPath);
        }
        RunCursor next = new(epoch + 1, 0, _outOfTime ? _plan.TotalSteps : cursor.GlobalStep, 0);
        _metrics.Clear();
        if (lastEpoch || Stopwatch.GetElapsedTime(_lastCheckpoint) >= ShortestPause)
        {
            Save(next, new EpochClock(epoch + 1, 0, 0, 0));
        }
        _reporter.EpochDone(next, row, _history);
        if (_outOfTime)
        {
            _display.Note(
                $"The budget is used up after {cursor.GlobalStep} of {_plan.TotalSteps} updates: this machine became slower than "
                    + "it was measured. The learning rate did not reach its end."
            );
        }
        return next;
    }

    private TrainingRun Finish()
    {
        _checkpoint.SaveWeights(_folder.FinalPath);
        SetStatus(RunStatus.Completed);
        _model.eval();
        var run = TrainingRun.Load(_folder.Path);
        _display.Done(run);
        return run;
    }

    private void Interrupt(RunCursor cursor, EpochClock clock, double learningRate)
    {
        Read(cursor, learningRate);
        Save(cursor, clock);
        SetStatus(RunStatus.Interrupted);
        var run = TrainingRun.Load(_folder.Path);
        _display.Done(run);
        throw new TrainingInterruptedException(
            run,
            $"Stopped after update {cursor.Step} of {_plan.StepsOf(cursor.Epoch)} in epoch {cursor.Epoch + 1} of {_plan.Epochs} and "
                + $"saved in {_folder.Path}. Start the same run again and it goes on from there, to the same bits.",
            _stop
        );
    }

    private RunningMetrics.Reading Read(RunCursor cursor, double learningRate)
    {
        var reading = _metrics.Read();
        if (reading.Finite)
        {
            return reading;
        }
        SetStatus(RunStatus.Diverged);
        var what =
            double.IsFinite(reading.Norm) ? "The loss"
            : double.IsFinite(reading.Loss) ? "The gradient"
            : "The loss and the gradient";
        throw new TrainingDivergedException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what} became no number in epoch {cursor.Epoch + 1}, between updates {_reporter.LastFiniteStep} and {cursor.Step}, at learning rate {learningRate:0.###e+0}. "
            )
                + (
                    _lastGood is null
                        ? "No checkpoint was written before that."
                        : $"The last good checkpoint is {_lastGood}. "
                )
                + "Take a lower learning rate, a longer warm-up or a smaller ClipNorm, in a new folder.",
            _lastGood
        );
    }

    private void Save(RunCursor cursor, EpochClock clock)
    {
        // Nobody reads again what was read before a checkpoint: what was met until then must not be forgotten with the process.
        var known = _broken.Count;
        Note(_source);
        if (_broken.Count > known)
        {
            SetStatus(RunStatus.Running);
        }
        _lastGood = _checkpoint.Save(cursor, _options.KeepCheckpoints);
        _folder.WriteClock(clock with { Epoch = cursor.Epoch, Step = cursor.Step });
        _lastCheckpoint = Stopwatch.GetTimestamp();
    }

    private void Note(IBatchSource? source) => _broken = _broken.With(source?.Broken ?? [], []);

    private bool CheckpointDue(int step) =>
        (_options.CheckpointSteps is int every && step % every == 0)
        || Stopwatch.GetElapsedTime(_lastCheckpoint) >= _options.CheckpointInterval;

    /// <summary>
    /// A machine that became slower than it was measured: the budget ends the run, said so, rather than being overrun. A
    /// run that was resumed has no clock to keep any more and goes to its end.
    /// </summary>
    private bool BudgetIsUsedUp() =>
        _options.Budget is TimeSpan budget
        && !_reporter.WasResumed
        && Stopwatch.GetElapsedTime(_start) + _reporter.EvaluationTime > budget * 1.03;

    private double Weight(int epoch) =>
        _model.auxiliary_losses.Count == 0 ? 0 : _model.auxiliary_losses[0].WeightAt(epoch, _recipe.HorizonEpochs);

    private void SetStatus(RunStatus status)
    {
        Note(_source);
        _folder.WriteStatus(
            new JsonObject
            {
                ["status"] = status.ToString(),
                ["bitExact"] = _checkpoint.Changes.Count == 0,
                ["machineChanges"] = new JsonArray([.. _checkpoint.Changes.Select(c => (JsonNode)c)]),
                ["broken"] = _broken.ToJson(),
                ["dataNotes"] = new JsonArray([.. _data.Notes.Select(note => (JsonNode)note)]),
                ["updated"] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            }
        );
    }
}
