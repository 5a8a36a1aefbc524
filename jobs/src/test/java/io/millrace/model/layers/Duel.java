package io.millrace.model.layers;

import io.millrace.model.LinearGraph;
import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A stock network beside its native twin: equal weights, equal random numbers, equal minibatches of
 * odd sizes, three updates by DL4J's own {@code fit}.
 */
final class Duel {
  private static final double TOLERANCE = 1e-4;

  /** Weights below this are held against this. */
  private static final double FLOOR = 0.03;

  private static final int[] SIZES = {8, 5, 1, 7, 3};

  /**
   * How it ended.
   *
   * @param refusal why DL4J itself cannot train the network; null if it can
   * @param difference the largest relative one of a weight or an output
   * @param moved the largest change of a weight
   * @param paths what ran each vertex
   * @param leftOut vertices that ran on DL4J's layers though a native one computes the same
   */
  record Result(
      String refusal,
      double difference,
      double moved,
      List<LayerPath> paths,
      List<String> leftOut) {
    boolean agrees() {
      return difference < TOLERANCE && leftOut.isEmpty();
    }

    String words() {
      return String.format(
          Locale.ROOT,
          "differs by %.1e, moved %.1e, left out %s, %s",
          difference,
          moved,
          leftOut,
          paths);
    }
  }

  private final RandomNet net;
  private final Random random;
  private final ComputationGraphConfiguration canonical;

  private Duel(RandomNet net, long seed) {
    this.net = net;
    this.random = new Random(seed);
    canonical = net.graph == null ? LinearGraph.of(net.stack) : NetworkCopy.of(net.graph);
  }

  /** That of a random network. */
  static Result of(long seed) {
    return of(seed, () -> new RandomNet(seed));
  }

  /** That of a network for images of 8 x 7 x 2 and 3 classes. */
  static Result of(ComputationGraphConfiguration graph) {
    return of(1, () -> new RandomNet(graph));
  }

  /** On a thread of its own, since what fails may leave workspaces of its thread open. */
  private static Result of(long seed, Supplier<RandomNet> net) {
    CompletableFuture<Result> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(fought(seed, net));
              } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
              } finally {
                Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
              }
            },
            "duel-" + seed);
    thread.start();
    return result.join();
  }

  private static Result fought(long seed, Supplier<RandomNet> net) {
    Duel duel;
    Model stock;
    try {
      duel = new Duel(net.get(), seed);
      stock = duel.stock();
    } catch (RuntimeException e) {
      return refused(e);
    }
    return duel.run(stock);
  }

  private static Result refused(Throwable e) {
    return new Result(
        e.getClass().getSimpleName() + ": " + e.getMessage(), 0, 0, List.of(), List.of());
  }

  private Model stock() {
    Model model =
        net.graph == null
            ? new MultiLayerNetwork(NetworkCopy.of(net.stack))
            : new ComputationGraph(NetworkCopy.of(net.graph));
    model.init();
    return model;
  }

  private Result run(Model stock) {
    INDArray start = stock.params().dup();
    DataSet[] batches = new DataSet[3];
    for (int i = 0; i < batches.length; i++) {
      batches[i] = minibatch(SIZES[random.nextInt(SIZES.length)]);
    }
    INDArray images = minibatch(3).getFeatures();
    INDArray expected;
    INDArray outputs;
    try {
      expected = train(stock, copies(batches));
      outputs = output(stock, images.dup());
    } catch (RuntimeException e) {
      return refused(e);
    }
    if (!(expected.amaxNumber().doubleValue() < 1e3)) {
      return refused(new ArithmeticException("weights of " + expected.amaxNumber()));
    }
    Optional<AcceleratedNetwork> accelerated =
        net.graph == null
            ? NativePass.accelerate(net.stack)
            : Optional.of(NativePass.accelerate(net.graph));
    if (accelerated.isEmpty()) {
      return new Result(null, 0, 0, NativePass.stock(canonical).paths(), List.of());
    }
    List<LayerPath> paths = accelerated.get().paths();
    double difference = fast(accelerated.get(), start, batches, expected, images, outputs);
    if (difference > TOLERANCE) {
      double own = again(start, batches, expected);
      double shaken = again(shaken(start), batches, expected);
      if (own > TOLERANCE / 10 || shaken > difference / 3) {
        return refused(
            new ArithmeticException(
                "DL4J's own weights differ by %.1e the second time, by %.1e from a start that differs in its last digits, ours by %.1e"
                    .formatted(own, shaken, difference)));
      }
    }
    double moved = expected.sub(start).amaxNumber().doubleValue();
    return new Result(null, difference, moved, paths, new Eligible(canonical).leftOut(paths));
  }

  private double fast(
      AcceleratedNetwork accelerated,
      INDArray start,
      DataSet[] batches,
      INDArray expected,
      INDArray images,
      INDArray outputs) {
    ComputationGraph layout = new ComputationGraph(NetworkCopy.of(canonical));
    layout.init();
    ParameterLayout slots = ParameterLayout.of(layout);
    ComputationGraph fast = accelerated.network();
    ParameterTable table = accelerated.table(slots, fast);
    table.toReplica(start, fast.params());
    DataSet[] ordered = new DataSet[batches.length];
    for (int i = 0; i < batches.length; i++) {
      ordered[i] = ordered(batches[i]);
    }
    INDArray found = start.dup();
    table.toCanonical(train(fast, ordered), found);
    double difference = relative(fast.outputSingle(images.dup()), outputs, 1e-3);
    // The gradient of a bias before a batch norm is 0, and what is computed is what rounding leaves
    // of gradients of the size at which other weights move.
    double floor = Math.max(FLOOR, expected.sub(start).amaxNumber().doubleValue());
    for (ParameterSlot slot : slots.slots()) {
      difference = Math.max(difference, relative(slice(found, slot), slice(expected, slot), floor));
    }
    return difference;
  }

  /**
   * How far DL4J is from itself, from a start: its backward pass of a subset reads memory that
   * nobody wrote.
   */
  private double again(INDArray start, DataSet[] batches, INDArray expected) {
    Model again = stock();
    again.params().assign(start);
    return relative(train(again, copies(batches)), expected, FLOOR);
  }

  private static INDArray shaken(INDArray start) {
    Nd4j.getRandom().setSeed(5);
    return start.mul(Nd4j.randn(start.shape()).muli(1e-6).addi(1));
  }

  private static DataSet[] copies(DataSet[] batches) {
    return Arrays.stream(batches)
        .map(one -> new DataSet(one.getFeatures().dup(), one.getLabels().dup()))
        .toArray(DataSet[]::new);
  }

  private static INDArray train(Model model, DataSet[] batches) {
    for (int i = 0; i < batches.length; i++) {
      Nd4j.getRandom().setSeed(17 + i); // 0 is the clock
      fit(model, batches[i]);
      // DL4J's graphs leave one open behind noise on weights.
      Nd4j.getMemoryManager().setCurrentWorkspace(null);
    }
    return model.params();
  }

  private static void fit(Model model, DataSet minibatch) {
    if (model instanceof MultiLayerNetwork stack) {
      stack.fit(minibatch);
    } else {
      ((ComputationGraph) model).fit(minibatch);
    }
  }

  private static INDArray output(Model model, INDArray images) {
    return model instanceof MultiLayerNetwork stack
        ? stack.output(images)
        : ((ComputationGraph) model).outputSingle(images);
  }

  private DataSet minibatch(int examples) {
    Nd4j.getRandom().setSeed(random.nextLong());
    long[] shape =
        net.format == CNN2DFormat.NCHW
            ? new long[] {examples, net.channels, net.height, net.width}
            : new long[] {examples, net.height, net.width, net.channels};
    INDArray labels = Nd4j.zeros(examples, net.classes);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, random.nextInt(net.classes), 1);
    }
    return new DataSet(Nd4j.randn(shape), labels);
  }

  /** The same, half the time in the memory order of our pipelines. */
  private DataSet ordered(DataSet minibatch) {
    INDArray images = minibatch.getFeatures();
    if (net.format == CNN2DFormat.NCHW && random.nextBoolean()) {
      images = images.permute(0, 2, 3, 1).dup('c').permute(0, 3, 1, 2);
    } else {
      images = images.dup('c');
    }
    return new DataSet(images, minibatch.getLabels().dup());
  }

  private static double relative(INDArray found, INDArray expected, double floor) {
    double scale = Math.max(expected.amaxNumber().doubleValue(), floor);
    double difference = found.sub(expected).amaxNumber().doubleValue() / scale;
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  private static INDArray slice(INDArray flat, ParameterSlot slot) {
    return flat.reshape(flat.length())
        .get(NDArrayIndex.interval(slot.offset(), slot.offset() + slot.length()));
  }
}
