package io.millrace.run;

import io.millrace.backend.Devices;
import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.CheckpointThread;
import io.millrace.cluster.ClusterCheck;
import io.millrace.cluster.FailureWatch;
import io.millrace.cluster.SlotWatch;
import io.millrace.cluster.Speculation;
import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.metrics.Progress;
import io.millrace.metrics.RunListener;
import io.millrace.metrics.RunListeners;
import io.millrace.plan.TrainingPlan;
import io.millrace.recipe.EarlyStopping;
import io.millrace.recipe.Setbacks;
import io.millrace.replica.TrainerConfig;
import io.millrace.sink.Sinks;
import io.millrace.state.Position;
import io.millrace.store.Lease;
import io.millrace.store.RunFolder;
import io.millrace.training.DivergedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stretch of a run, from where it begins to its end, or to what ends it: a run that is rolled
 * back has several. Lives on the driver.
 */
final class RunAttempt {
  private static final Logger LOG = LoggerFactory.getLogger(RunAttempt.class);

  private final JavaSparkContext spark;
  private final RunConfig config;
  private final RunFolder folder;
  private final RollBack rollBack;
  private final CheckpointStore checkpoints;
  private final Lease lease;
  private final StopRequest stop;
  private final Set<Accept> accepted;
  private final String command;
  private final BegunRun begun;
  private List<TrainingSetup> stages;

  RunAttempt(
      JavaSparkContext spark,
      RunConfig config,
      RunFolder folder,
      RollBack rollBack,
      Lease lease,
      StopRequest stop,
      Set<Accept> accepted,
      String command,
      BegunRun begun) {
    this.spark = spark;
    this.config = config;
    this.folder = folder;
    this.rollBack = rollBack;
    this.checkpoints = rollBack.checkpoints();
    this.lease = lease;
    this.stop = stop;
    this.accepted = accepted;
    this.command = command;
    this.begun = begun;
    this.stages = begun.stages();
  }

  /**
   * Trains to the end.
   *
   * @throws DivergedException when it may be rolled back
   * @throws StoppedException when it is to go on later
   */
  TrainReport run(Start where) throws IOException {
    Optional<Checkpoint> start =
        where.checkpoint(
            folder,
            checkpoints,
            spark.hadoopConfiguration(),
            stages.get(0),
            ConfigWriter.shown(config),
            accepted,
            epochs -> StagedSetup.updatesAfter(stages, epochs));
    Setbacks setbacks = rollBack.since(start);
    if (begun.goesOn() && start.isEmpty()) {
      throw new IllegalStateException("Cannot resume: the checkpoint in " + folder + " is gone");
    }
    goOnAs(start);
    List<TrainingPlan> plans = StagedSetup.plans(stages);
    List<String> plan = StagedSetup.lines(stages, plans);
    say(plan, plans, start);
    TrainerConfig trainer = stages.get(0).trainer();
    if (!ClusterCheck.awaitSlots(spark, trainer.workers(), trainer.startTimeout(), stop)) {
      throw StoppedException.waitingForSlots();
    }
    RunDiagnostics diagnostics =
        new RunDiagnostics(
            spark,
            stages,
            begun.network(),
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
    CheckpointWriter writer = writer(where, start, output, diagnostics, memory);
    Sinks sinks = Sinks.open(config.sinks(), output.seen(start.isPresent()));
    StagedTraining training = new StagedTraining(stages, begun.network());
    SlotWatch watch = new SlotWatch(spark, trainer.workers(), trainer.startTimeout(), stop);
    try (training;
        watch;
        FailureWatch failures = new FailureWatch(spark, config.faults().failures());
        diagnostics;
        Grace grace = grace()) {
      RunListener listeners =
          RunListeners.of(
              listeners(output, diagnostics, memory, writer, sinks),
              new StopOnFailures(failures, writer::save));
      training.train(
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
      EarlyEnd end = EarlyEnd.of(e, stages, writer, lease, watch);
      output.reportBefore(e, lease);
      if (end.isStop()) {
        sinks.paused();
      } else {
        sinks.failed(e);
      }
      end.refuse();
      throw e;
    }
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

  private void say(List<String> lines, List<TrainingPlan> plans, Optional<Checkpoint> start) {
    lines.forEach(LOG::info);
    LOG.info("layers         {}", stages.get(0).layers());
    LOG.info(
        "speculation    {}", Speculation.of(spark.getConf(), config.training().workers()).words());
    plans.forEach(each -> each.check(spark.getConf()));
    long outside = plans.stream().mapToLong(each -> each.executor(1).outside()).max().orElse(0);
    spark.setLocalProperty(Devices.MEMORY, Long.toString(outside));
    if (StagedTraining.done(start) >= config.training().epochs()) {
      LOG.info("nothing left to train: all {} epochs are done", StagedTraining.done(start));
    }
  }

  private RunMemory memory(
      Optional<Checkpoint> start, Setbacks setbacks, RunDiagnostics diagnostics) {
    EarlyStopping.Watch early = config.earlyStopping().watch();
    start.flatMap(checkpoint -> checkpoint.state().memory(early.name())).ifPresent(early::restore);
    return new RunMemory(
        new Shares(stages.get(0).shape().shares()),
        early,
        setbacks,
        begun.started(),
        diagnostics.remembered(),
        start.map(Checkpoint::compute));
  }

  private CheckpointWriter writer(
      Start where,
      Optional<Checkpoint> start,
      RunOutput output,
      RunDiagnostics diagnostics,
      RunMemory memory) {
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

  /** The time that a round has when somebody asks for the end. */
  private Grace grace() {
    return new Grace(
        stop, Duration.ofSeconds(config.checkpoint().grace()), () -> spark.sc().cancelAllJobs());
  }
}
