package io.millrace.run;

import io.millrace.backend.Compute;
import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.CheckpointThread;
import io.millrace.checkpoint.FailedCheckpointException;
import io.millrace.cluster.ClusterCheck;
import io.millrace.cluster.SlotWatch;
import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.epoch.FeedSpec;
import io.millrace.epoch.RoundCut;
import io.millrace.epoch.TrainingFeed;
import io.millrace.evaluate.EvaluationConfig;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.Progress;
import io.millrace.metrics.RunListener;
import io.millrace.metrics.RunListeners;
import io.millrace.model.layers.NativeMemory;
import io.millrace.recipe.EarlyStopping;
import io.millrace.replica.TeacherSpec;
import io.millrace.replica.TrainerConfig;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.state.Tally;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.store.RunFolder;
import io.millrace.store.WaitStoppedException;
import io.millrace.training.AveragingTrainingMaster;
import io.millrace.training.DivergedException;
import io.millrace.training.RoundReport;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.dataset.DataSet;
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
  private final CheckpointStore checkpoints;
  private final String yaml;
  private final StopRequest stop;
  private final Set<Accept> accepted;
  private final String command;

  private TrainJob(
      JavaSparkContext spark,
      RunConfig config,
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
    this.stages = StagedSetup.of(config, hadoop);
    this.network =
        stages.get(0).network().initialised(hadoop); // what is wrong with it leaves no folder
    this.folder = RunFolder.open(hadoop, config.output(), config.name());
    this.checkpoints =
        new CheckpointStore(
            folder,
            config.training().keepCheckpoints(),
            config.evaluation().keep() == EvaluationConfig.Keep.BEST);
    this.yaml = ConfigWriter.yaml(config);
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
    return new TrainJob(context, config, stop, accepted, command).run(start);
  }

  private TrainReport run(Start where) throws IOException {
    Holder me = Holder.here("train", spark.sc().applicationId());
    PreparedDataset data = stages.get(0).data();
    try (Lease lease = Lease.take(hadoop, folder.root(), me, stop);
        Lease reading = Lease.share(hadoop, data.root(), me, data.manifest().folders())) {
      data.check(); // what was replaced before word was left
      return run(where, lease);
    } catch (WaitStoppedException e) {
      throw new StoppedException(e);
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
    if (config.stages().isEmpty() && start.isPresent()) {
      stages = List.of(stages.get(0).cut(Shares.of(start.get()).count()));
    }
    start
        .flatMap(Checkpoint::card)
        .ifPresent(card -> stages = stages.stream().map(each -> each.resumed(card)).toList());
    List<String> plan = StagedSetup.lines(stages);
    plan.forEach(LOG::info);
    TrainingSetup setup = stages.get(0);
    LOG.info("layers         {}", setup.layers());
    stages.forEach(each -> each.plan().check(spark.getConf()));
    TrainerConfig trainer = setup.trainer();
    if (!ClusterCheck.awaitSlots(spark, trainer.workers(), trainer.startTimeout(), stop)) {
      throw StoppedException.waitingForSlots();
    }
    int done = start.map(checkpoint -> checkpoint.state().epoch()).orElse(0);
    if (done >= config.training().epochs()) {
      LOG.info("nothing left to train: all {} epochs are done", done);
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
            stages, folder, plan, command, start.map(Checkpoint::metrics).orElse(""), diagnostics);
    Optional<Position> own =
        where.equals(new Start.From("auto"))
            ? start.map(checkpoint -> checkpoint.state().position())
            : Optional.empty();
    EarlyStopping.Watch early = config.earlyStopping().watch();
    start.flatMap(checkpoint -> checkpoint.state().memory(early.name())).ifPresent(early::restore);
    RunMemory memory =
        new RunMemory(
            new Shares(setup.shape().shares()),
            early,
            diagnostics.remembered(),
            start.map(Checkpoint::compute));
    CheckpointWriter writer =
        new CheckpointWriter(
            checkpoints,
            new CheckpointThread(
                checkpoints,
                lease::check,
                config.checkpoint().failures(),
                start.map(Checkpoint::best).orElse(null),
                own),
            setup,
            memory,
            output::metrics,
            diagnostics::lines,
            System::nanoTime);
    SlotWatch watch = new SlotWatch(spark, trainer.workers(), trainer.startTimeout(), stop);
    try (watch;
        diagnostics;
        Grace grace = grace()) {
      train(start, done, output, diagnostics, memory, writer, lease, grace, watch);
      return output.report();
    } catch (Throwable e) {
      writer.close(e);
      if (e instanceof FailedCheckpointException) {
        throw new StoppedException(
            "Stopped, as checkpoints fail. " + e.getMessage(), writer.written());
      }
      if (watch.lost().isPresent() && !(e instanceof StoppedException)) {
        throw new StoppedException("Stopped, as " + watch.lost().get(), writer.written());
      }
      if (e instanceof DivergedException) {
        writer
            .written()
            .ifPresent(
                path ->
                    LOG.warn(
                        "--resume auto --set learningRate.base=... --accept learningRate goes on from {} with a smaller rate",
                        path));
      }
      var interruption = new Interruption(lease, setup.data()).of(e, writer.written());
      output.reportBefore(e, lease);
      if (interruption.isPresent()) {
        throw interruption.get();
      }
      OutOfMemory.refuse(e, stages, writer.at());
      throw e;
    }
  }

  /** The time that a round has when somebody asks for the end. */
  private Grace grace() {
    return new Grace(
        stop, Duration.ofSeconds(config.checkpoint().grace()), () -> spark.sc().cancelAllJobs());
  }

  private void train(
      Optional<Checkpoint> start,
      int done,
      RunOutput output,
      RunDiagnostics diagnostics,
      RunMemory memory,
      CheckpointWriter writer,
      Lease lease,
      Grace grace,
      SlotWatch watch)
      throws IOException {
    RunListener listeners =
        RunListeners.of(
            memory.tally(),
            output,
            diagnostics,
            writer,
            output.files(),
            Progress.of(config.training().epochs(), stages.get(0).shape().rows()),
            diagnostics.words(),
            new StopOnRequest(stop, memory::endsEpoch, writer::save));
    listeners.runStarted(done);
    Optional<RunState> state = start.map(Checkpoint::state);
    Compute before = start.map(Checkpoint::compute).orElse(null);
    for (int index = StagedSetup.after(stages, done);
        index < stages.size() && !memory.isOver();
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
      state =
          Optional.of(
              train(
                  stage, from, state, before, output, listeners, memory, writer, lease, grace,
                  watch));
      before = memory.compute();
    }
    listeners.runEnded();
  }

  /** Trains a stage; what the last one leaves is the run's model. */
  private RunState train(
      TrainingSetup setup,
      Optional<RunState> start,
      Optional<RunState> ended,
      Compute before,
      RunOutput output,
      RunListener listeners,
      RunMemory memory,
      CheckpointWriter writer,
      Lease lease,
      Grace grace,
      SlotWatch watch)
      throws IOException {
    int first = start.map(RunState::epoch).orElse(0);
    try (TrainingFeed feed = feed(setup::feed);
        TeacherSpec teacher = setup.teach(spark);
        AveragingTrainingMaster master =
            new AveragingTrainingMaster(
                setup.trainer().taughtBy(teacher).diagnosed(RunDiagnostics.sampling(setup)),
                setup.recipe());
        Validation validation = Validation.of(spark, setup)) {
      start.ifPresent(
          state -> {
            if (setup.begins(state)) {
              master.begin(state);
            } else {
              master.resume(state);
            }
            master.expect(before, accepted.contains(Accept.COMPUTE));
          });
      memory.of(master, ended.orElse(null));
      var net = new SparkComputationGraph(spark, network, master);
      master.listen(listeners);
      int epoch = first;
      for (; epoch < setup.stage().lastEpoch() && !memory.isOver(); epoch++) {
        Tally earlier = RunMemory.before(epoch, start);
        listeners.epochStarted(epoch + 1, earlier);
        long began = System.nanoTime();
        RoundCut cut = setup.rounds(epoch, master.rate(net));
        memory.begins(epoch, cut.updates());
        JavaRDD<DataSet> data = feed.epoch(epoch, cut);
        grace.during(() -> net.fit(data), watch::lost, writer::save);
        long nanos = (long) earlier.measures().sum(RoundReport.WALL);
        Duration wall = Duration.ofNanos(System.nanoTime() - began + nanos);
        var validated =
            grace.during(() -> validation.run(master.parameters()), watch::lost, writer::save);
        int now = epoch;
        var shadowed =
            grace.during(
                () ->
                    shadows(
                        setup,
                        master,
                        net,
                        now,
                        now == config.training().epochs() - 1,
                        validation,
                        output),
                watch::lost,
                writer::save);
        EpochMetrics metrics =
            EpochMetrics.of(
                    epoch + 1,
                    memory.tally().now(),
                    setup.trainedSet(),
                    wall,
                    Instant.now(),
                    validated,
                    shadowed)
                .in(setup.stage().number());
        master.epochEnded(metrics.steering()); // what it learns of them belongs to the checkpoint
        memory.ended(epoch + 1, metrics.steering());
        lease.check();
        listeners.epochEnded(new EndedEpoch(metrics, memory.now(), memory.compute(), validated));
      }
      boolean trained = first < epoch;
      RunState last = trained ? memory.now() : start.orElseThrow();
      if (!setup.stage().isLast() && !memory.isOver()) {
        return last;
      }
      if (epoch < config.training().epochs()) {
        LOG.info(
            "{}; {} of {} epochs are trained", memory.why(), epoch, config.training().epochs());
        writer.save();
      }
      writer.close();
      ModelChoice model =
          ModelChoice.of(config.evaluation().keep(), writer.best(), last, writer::ofBest);
      if (!trained || model.weights().epoch() < last.epoch()) {
        output.validated(validation.run(model.weights().parameters()));
      }
      if (!trained || epoch < config.training().epochs()) {
        shadows(setup, master, net, epoch - 1, true, validation, output);
      }
      lease.check();
      output.model(model, network);
      output.shadowModels(last, network);
      return last;
    }
  }

  /**
   * The means of weights after an epoch, counted from 0, and how well they do; not made where
   * nobody looks at them, as there is nothing to validate on and they are not the last.
   */
  private Map<String, EvaluationReport> shadows(
      TrainingSetup setup,
      AveragingTrainingMaster master,
      SparkComputationGraph net,
      int epoch,
      boolean last,
      Validation validation,
      RunOutput output) {
    var shadows = setup.config().averaging().shadows();
    if (shadows.isEmpty() || !last && !validation.isThere()) {
      return Map.of();
    }
    boolean measures = shadows.stream().anyMatch(each -> each.recalibrate() > 0);
    try (TrainingFeed plain = measures ? feed(setup::plainFeed) : null) {
      Map<String, WeightVector> weights =
          master.shadows(net, () -> plain.epoch(epoch, setup.measuringRounds()));
      Map<String, EvaluationReport> reports = validation.run(weights);
      output.shadows(weights, reports);
      return reports;
    }
  }

  private TrainingFeed feed(Function<String, FeedSpec> named) {
    FeedSpec feed = named.apply(UUID.randomUUID().toString());
    return new TrainingFeed(spark, feed, config.shuffle().order());
  }
}
