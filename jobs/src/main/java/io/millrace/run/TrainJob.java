package io.millrace.run;

import io.millrace.backend.Compute;
import io.millrace.backend.Devices;
import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.CheckpointThread;
import io.millrace.checkpoint.FailedCheckpointException;
import io.millrace.cluster.ClusterCheck;
import io.millrace.cluster.FailureWatch;
import io.millrace.cluster.SlotWatch;
import io.millrace.cluster.Speculation;
import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.evaluate.EvaluationConfig;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.Progress;
import io.millrace.metrics.RunListener;
import io.millrace.metrics.RunListeners;
import io.millrace.model.layers.NativeMemory;
import io.millrace.recipe.EarlyStopping;
import io.millrace.recipe.Setbacks;
import io.millrace.replica.TrainerConfig;
import io.millrace.sink.Sinks;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.store.RunFolder;
import io.millrace.store.WaitStoppedException;
import io.millrace.training.DivergedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains as a config says and leaves the run's folder. Runs on the driver. */
public final class TrainJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);

  private final JavaSparkContext spark;
  private final Configuration hadoop;
  private List<TrainingSetup> stages;
  private final RunConfig config;
  private ComputationGraph network;
  private final RunFolder folder;
  private final RollBack rollBack;
  private final CheckpointStore checkpoints;
  private boolean goesOn;
  private Optional<StartedLayers> started;
  private final String yaml;
  private final StopRequest stop;
  private final Set<Accept> accepted;
  private final String command;

  private TrainJob(
      JavaSparkContext spark,
      RunConfig config,
      Start start,
      BooleanSupplier stop,
      Set<Accept> accepted,
      String command)
      throws IOException {
    this.command = command;
    this.stop = StopRequest.of(stop);
    this.accepted = accepted;
    this.spark = spark;
    this.hadoop = spark.hadoopConfiguration();
    this.config = config;
    begin(start); // what is wrong with its network leaves no folder
    this.folder = RunFolder.open(hadoop, config.output(), config.name());
    this.rollBack =
        new RollBack(
            config,
            new CheckpointStore(
                folder,
                config.training().keepCheckpoints(),
                config.evaluation().keep() == EvaluationConfig.Keep.BEST));
    this.checkpoints = rollBack.checkpoints();
    this.yaml = ConfigWriter.shown(config);
  }

  /**
   * Trains.
   *
   * @param start from the initial weights or from a checkpoint
   * @param stop asked after each round whether to end here
   * @return the report of the run
   * @throws StoppedException when {@code stop} said so before the last epoch was over
   */
  public static TrainReport run(
      SparkSession spark, RunConfig config, Start start, BooleanSupplier stop) throws IOException {
    return run(spark, config, start, stop, false, "");
  }

  /**
   * The same.
   *
   * @param acceptsOtherCompute whether to go on where the workers compute with other libraries,
   *     instructions or threads than those of the checkpoint, which gives other bits
   * @param command the command line, for the report; empty for a program's own run
   */
  public static TrainReport run(
      SparkSession spark,
      RunConfig config,
      Start start,
      BooleanSupplier stop,
      boolean acceptsOtherCompute,
      String command)
      throws IOException {
    Set<Accept> accepted = acceptsOtherCompute ? Set.of(Accept.COMPUTE) : Set.of();
    return run(spark, config, start, stop, accepted, command);
  }

  /**
   * The same.
   *
   * @param accepted what may differ from the run that made the checkpoint
   * @param command the command line, for the report; empty for a program's own run
   */
  public static TrainReport run(
      SparkSession spark,
      RunConfig config,
      Start start,
      BooleanSupplier stop,
      Set<Accept> accepted,
      String command)
      throws IOException {
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new TrainJob(context, config, start, stop, accepted, command).run(start);
  }

  private TrainReport run(Start where) throws IOException {
    Holder me = Holder.here("train", spark.sc().applicationId());
    PreparedDataset data = stages.get(0).data();
    try (Lease lease = Lease.take(hadoop, folder.root(), me, stop);
        Lease reading = Lease.share(hadoop, data.root(), me, data.manifest().folders())) {
      data.check(); // what was replaced before word was left
      return runWithRollBacks(where, lease);
    } catch (WaitStoppedException e) {
      throw new StoppedException(e);
    }
  }

  /** Resolves the config; of a run that goes on, a checkpoint has what a file of init gave. */
  private void begin(Start where) throws IOException {
    Optional<StartedLayers> begun = StartedLayers.of(where, config, hadoop);
    goesOn = begun.isPresent();
    stages = StagedSetup.of(config, hadoop, begun);
    CanonicalNetwork first = stages.get(0).network();
    network = goesOn ? first.blank() : first.initialised(hadoop);
    started =
        config.stages().isEmpty()
            ? Optional.empty()
            : goesOn ? begun : StartedLayers.of(first, hadoop);
  }

  private TrainReport runWithRollBacks(Start where, Lease lease) throws IOException {
    Start from = where;
    while (true) {
      try {
        return run(from, lease);
      } catch (DivergedException e) {
        from = rollBack.back(where, e);
        NativeMemory.free(network);
        begin(from);
      }
    }
  }

  private TrainReport run(Start where, Lease lease) throws IOException {
    Optional<Checkpoint> start =
        where.checkpoint(
            folder,
            checkpoints,
            hadoop,
            stages.get(0),
            yaml,
            accepted,
            epochs -> StagedSetup.updatesAfter(stages, epochs));
    Setbacks setbacks = rollBack.since(start);
    if (goesOn && start.isEmpty()) {
      throw new IllegalStateException("Cannot resume: the checkpoint in " + folder + " is gone");
    }
    goOnAs(start);
    List<String> plan = StagedSetup.lines(stages);
    say(plan, start);
    TrainerConfig trainer = stages.get(0).trainer();
    if (!ClusterCheck.awaitSlots(spark, trainer.workers(), trainer.startTimeout(), stop)) {
      throw StoppedException.waitingForSlots();
    }
    RunDiagnostics diagnostics =
        new RunDiagnostics(
            spark,
            stages,
            network,
            folder,
            start.map(Checkpoint::diagnostics).orElse(""),
            start.map(Checkpoint::state));
    RunOutput output =
        new RunOutput(
            stages,
            folder,
            plan,
            command,
            start.map(Checkpoint::metrics).orElse(""),
            setbacks,
            diagnostics);
    RunMemory memory = memory(start, setbacks, diagnostics);
    CheckpointWriter writer = writer(where, start, output, diagnostics, memory, lease);
    Sinks sinks = Sinks.open(config.sinks(), output.seen(start.isPresent()));
    SlotWatch watch = new SlotWatch(spark, trainer.workers(), trainer.startTimeout(), stop);
    try (watch;
        FailureWatch failures = new FailureWatch(spark, config.faults().failures());
        diagnostics;
        Grace grace = grace()) {
      RunListener listeners =
          RunListeners.of(
              listeners(output, diagnostics, memory, writer, sinks), forgetting(failures));
      train(
          start,
          new RunParts(
              spark, config, accepted, output, listeners, memory, writer, lease, grace, watch,
              failures));
      TrainReport report = output.report();
      sinks.close();
      return report;
    } catch (Throwable e) {
      writer.close(e);
      if (e instanceof DivergedException && rollBack.isAllowed()) {
        sinks.paused();
        throw e;
      }
      Optional<RuntimeException> reason = reason(e, writer.written(), lease, watch);
      output.reportBefore(e, lease);
      if (reason.<Throwable>map(each -> each).orElse(e) instanceof StoppedException) {
        sinks.paused();
      } else {
        sinks.failed(e);
      }
      if (reason.isPresent()) {
        throw reason.get();
      }
      OutOfMemory.refuse(e, stages, writer.at());
      throw e;
    }
  }

  /** Why a run ends early, where that is said better than by what was thrown. */
  private Optional<RuntimeException> reason(
      Throwable failure, Optional<String> checkpoint, Lease lease, SlotWatch watch) {
    if (failure instanceof FailedCheckpointException) {
      return Optional.of(
          new StoppedException(
              "Stopped, as checkpoints fail. " + failure.getMessage(), checkpoint));
    }
    if (watch.lost().isPresent() && !(failure instanceof StoppedException)) {
      return Optional.of(new StoppedException("Stopped, as " + watch.lost().get(), checkpoint));
    }
    if (failure instanceof DivergedException && checkpoint.isPresent()) {
      LOG.warn(
          "--resume auto --set learningRate.base=... --accept learningRate goes on from {} with a smaller rate",
          checkpoint.get());
    }
    return new Interruption(lease, stages.get(0).data()).of(failure, checkpoint);
  }

  /** Takes over from a checkpoint what a run keeps whatever its config says now. */
  private void goOnAs(Optional<Checkpoint> start) {
    if (config.stages().isEmpty() && start.isPresent()) {
      stages = List.of(stages.get(0).cut(Shares.of(start.get()).count()));
    }
    start
        .flatMap(Checkpoint::card)
        .ifPresent(card -> stages = stages.stream().map(each -> each.resumed(card)).toList());
  }

  private void say(List<String> plan, Optional<Checkpoint> start) {
    plan.forEach(LOG::info);
    LOG.info("layers         {}", stages.get(0).layers());
    LOG.info(
        "speculation    {}", Speculation.of(spark.getConf(), config.training().workers()).words());
    stages.forEach(each -> each.plan().check(spark.getConf()));
    long outside =
        stages.stream().mapToLong(each -> each.plan().executor(1).outside()).max().orElse(0);
    spark.setLocalProperty(Devices.MEMORY, Long.toString(outside));
    if (done(start) >= config.training().epochs()) {
      LOG.info("nothing left to train: all {} epochs are done", done(start));
    }
  }

  private static int done(Optional<Checkpoint> start) {
    return start.map(checkpoint -> checkpoint.state().epoch()).orElse(0);
  }

  private RunMemory memory(
      Optional<Checkpoint> start, Setbacks setbacks, RunDiagnostics diagnostics) {
    EarlyStopping.Watch early = config.earlyStopping().watch();
    start.flatMap(checkpoint -> checkpoint.state().memory(early.name())).ifPresent(early::restore);
    return new RunMemory(
        new Shares(stages.get(0).shape().shares()),
        early,
        setbacks,
        started,
        diagnostics.remembered(),
        start.map(Checkpoint::compute));
  }

  private CheckpointWriter writer(
      Start where,
      Optional<Checkpoint> start,
      RunOutput output,
      RunDiagnostics diagnostics,
      RunMemory memory,
      Lease lease) {
    Optional<Position> own =
        isOwn(where, start)
            ? start.map(checkpoint -> checkpoint.state().position())
            : Optional.empty();
    var thread =
        new CheckpointThread(
            checkpoints,
            lease::check,
            config.checkpoint().failures(),
            start.map(Checkpoint::best).orElse(null),
            own);
    return new CheckpointWriter(
        checkpoints,
        thread,
        stages.get(0),
        memory,
        output::metrics,
        diagnostics::lines,
        System::nanoTime);
  }

  /** Whether the checkpoint that it starts from is one of this run. */
  private boolean isOwn(Start where, Optional<Checkpoint> start) {
    return where instanceof Start.From from
        && start.isPresent()
        && (from.isAuto() || from.from().equals(checkpoints.path(start.get().state().position())));
  }

  private RunListener listeners(
      RunOutput output,
      RunDiagnostics diagnostics,
      RunMemory memory,
      CheckpointWriter writer,
      Sinks sinks) {
    return RunListeners.of(
        memory.tally(),
        output,
        diagnostics,
        writer,
        output.files(),
        new GrowingReport(output, System::nanoTime),
        Progress.of(config.training().epochs(), stages.get(0).shape().rows()),
        diagnostics.words(),
        sinks,
        new StopOnRequest(stop, memory::endsEpoch, writer::save));
  }

  private static RunListener forgetting(FailureWatch failures) {
    return new RunListener() {
      @Override
      public void epochEnded(EndedEpoch epoch) {
        failures.epochEnded();
      }
    };
  }

  /** The time that a round has when somebody asks for the end. */
  private Grace grace() {
    return new Grace(
        stop, Duration.ofSeconds(config.checkpoint().grace()), () -> spark.sc().cancelAllJobs());
  }

  private void train(Optional<Checkpoint> start, RunParts run) throws IOException {
    int done = done(start);
    run.listeners().runStarted(done);
    Optional<RunState> state = start.map(Checkpoint::state);
    Compute before = start.map(Checkpoint::compute).orElse(null);
    for (int index = StagedSetup.after(stages, done);
        index < stages.size() && !run.memory().isOver();
        index++) {
      TrainingSetup stage = stages.get(index);
      TrainingSetup earlier = stages.get(Math.max(0, index - 1));
      Optional<RunState> from =
          state.map(each -> stage.begins(each) ? StageChange.of(each, earlier, stage) : each);
      if (index > 0) {
        LOG.info("stage          {}", stage.stage().title());
        NativeMemory.free(network);
        network = stage.network().blank();
      }
      state = Optional.of(StageTraining.train(run, stage, network, from, state, before));
      before = run.memory().compute();
    }
    run.listeners().runEnded();
  }
}
