package io.millrace.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.SharedSpark;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.dataset.Split;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.state.RunState;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What a fine-tune is worth on Fashion-MNIST: a network learns classes 0 to 7, then all ten from
 * 100 images a class in two stages, its head and all of it with layer-wise decay, beside one that
 * starts from scratch on the same images. Then what a stage of the head alone costs, with and
 * without kept features, beside one of all.
 *
 * <p>The images are those of Debian's package dataset-fashion-mnist.
 */
public final class FinetuneCheck implements Check {
  private static final Path IMAGES = Path.of("/usr/share/datasets/fashion-mnist");
  private static final Configuration HADOOP = new Configuration();
  private static final int SIDE = 28;
  private static final int OF_CLASS = 100;
  private static final int OF_BASE_CLASS = 3000;
  private static final List<Integer> SEEDS = List.of(1, 2, 3);

  /** Points by which a fine-tune is to be better. */
  private static final double POINTS = 3;

  /** Features of an image are kept only where it is the same in each epoch. */
  private static final String PLAIN = "augment: [{center_crop: {height: 28, width: 28}}]";

  private static final String STAGES =
      "stages=[{name: head, epochs: 10, train: head, featureCache: true, "
          + PLAIN
          + "}, {name: all, epochs: 30, layerDecay: 0.75, pretrainedRate: 0.5}]";

  private CheckReport report;
  private Path folder;

  /** Asks nothing of an evaluation but its result. */
  private static final class Silent implements EvaluationWatcher {
    @Override
    public void line(String text) {}

    @Override
    public void started(long examples) {}

    @Override
    public void scored(int examples) {}
  }

  /** Images of one file and their labels. */
  private record Idx(byte[][] images, int[] labels) {}

  @Override
  public void run(CheckReport counts) throws Exception {
    report = counts;
    if (!Files.exists(IMAGES)) {
      throw new IllegalStateException(
          IMAGES + " is missing: apt-get install dataset-fashion-mnist");
    }
    folder = Files.createTempDirectory("finetune");
    report.say("in " + folder);
    Idx train = read("train");
    Idx test = read("t10k");
    set("base", train, label -> label < 8, OF_BASE_CLASS, 0, test);
    train("base", "base", "training.epochs=4");
    report.say("the base has %.2f %% of its eight classes right".formatted(top1("base", "base")));
    List<double[]> pairs = new ArrayList<>();
    List<String> table = new ArrayList<>();
    table.add("");
    table.add("| seed | from scratch, top-1 % | fine-tuned, top-1 % | difference |");
    table.add("|---:|---:|---:|---:|");
    for (int seed : SEEDS) {
      String set = "small-" + seed;
      set(set, train, label -> true, OF_CLASS, seed, test);
      String own = "seed=" + seed;
      train("scratch-" + seed, set, own, "training.epochs=60");
      train("finetuned-" + seed, set, own, init(), STAGES);
      double[] pair = {top1("scratch-" + seed, set), top1("finetuned-" + seed, set)};
      pairs.add(pair);
      table.add(
          "| %d | %.2f | %.2f | %+.2f |".formatted(seed, pair[0], pair[1], pair[1] - pair[0]));
    }
    table.forEach(report::say); // together, as runs say much in between
    judge(pairs);
    costs();
  }

  private void judge(List<double[]> pairs) {
    double[] differences = pairs.stream().mapToDouble(pair -> pair[1] - pair[0]).toArray();
    double mean = Arrays.stream(differences).average().orElseThrow();
    double squares = Arrays.stream(differences).map(each -> (each - mean) * (each - mean)).sum();
    double deviation = Math.sqrt(squares / (differences.length - 1));
    report.say(
        "| mean | %.2f | %.2f | %+.2f, deviation %.2f |"
            .formatted(
                pairs.stream().mapToDouble(pair -> pair[0]).average().orElseThrow(),
                pairs.stream().mapToDouble(pair -> pair[1]).average().orElseThrow(),
                mean,
                deviation));
    report.say("");
    report.count("better by at least %.0f points: %.2f".formatted(POINTS, mean), mean >= POINTS);
    report.count(
        "and by twice the deviation, %.2f".formatted(2 * deviation), mean >= 2 * deviation);
  }

  /** What an epoch of each kind takes; weights of the two heads, and what they leave alone. */
  private void costs() throws IOException {
    String set = "small-1";
    String head = "stages=[{name: head, epochs: 4, train: head, featureCache: %s, " + PLAIN + "}]";
    train("head-images", set, init(), head.formatted(false));
    train("head-features", set, init(), head.formatted(true));
    train("all", set, init(), "stages=[{name: all, epochs: 4}]");
    report.say("");
    report.say(
        "| stage | bytes down a round and worker | bytes up | seconds an epoch | bytes read |");
    report.say("|---|---:|---:|---:|---:|");
    long[] images = row("head, images", "head-images");
    long[] features = row("head, kept features", "head-features");
    long[] all = row("all", "all");
    report.say("");
    report.count("a head sends less than all", images[0] < all[0] && images[1] < all[1]);
    report.count("and the same of features", Arrays.equals(images, features));
    RunState byImages = state("head-images", 4);
    RunState byFeatures = state("head-features", 4);
    report.count(
        "features give the bits of images", byImages.parameters().equals(byFeatures.parameters()));
    frozen(byFeatures, "head-features");
  }

  /** Bytes of a round, down and up, for one worker. */
  private long[] row(String words, String run) throws IOException {
    List<JsonNode> epochs = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"))) {
      epochs.add(new ObjectMapper().readTree(line));
    }
    List<JsonNode> warm = epochs.subList(1, epochs.size()); // the first starts replicas
    double seconds =
        warm.stream()
            .mapToDouble(each -> each.get("wall_seconds").asDouble())
            .average()
            .orElseThrow();
    JsonNode last = warm.get(warm.size() - 1);
    long down = last.at("/measures/bytes_down").asLong();
    long up = last.at("/measures/bytes_up").asLong();
    report.say(
        "| %s | %,d | %,d | %.2f | %,d |"
            .formatted(words, down, up, seconds, last.get("bytes_read").asLong()));
    return new long[] {down, up};
  }

  private void frozen(RunState after, String run) throws IOException {
    TrainingSetup setup =
        TrainingSetup.of(config(run, "small-1", init(), "stages=[{name: a, epochs: 1}]"), HADOOP);
    ComputationGraph net = setup.network().initialised(HADOOP);
    float[] before = net.params().reshape(net.numParams()).toFloatVector();
    boolean still = true;
    boolean moved = false;
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      float[] now = new float[(int) slot.length()];
      after.parameters().get(slot.offset(), now);
      int from = (int) slot.offset();
      boolean same = Arrays.equals(now, Arrays.copyOfRange(before, from, from + now.length));
      boolean head = slot.vertex().equals("output");
      still &= head || same;
      moved |= head && !same;
    }
    report.count("what is frozen keeps its bits, and the head moves", still && moved);
  }

  private String init() {
    return "init={kind: pretrained, path: %s/base/model.zip, strict: false}".formatted(folder);
  }

  private RunConfig config(String name, String set, String... overrides) {
    return ConfigReader.read(
        "run.yaml",
        """
        name: %2$s
        output: %1$s
        source: {path: %1$s/%3$s-images, format: idx}
        dataset: {path: %1$s/%3$s-set, validationShare: 0}
        input: {height: 28, width: 28, channels: 1}
        augment: [{random_crop: {height: 28, width: 28, padding: 2}}, horizontal_flip]
        model: {architecture: cifar-resnet, depth: 8, width: 16}
        optimizer: {kind: nesterov, momentum: 0.9, weightDecay: 5e-4, decayBias: false}
        learningRate: {base: 0.05, referenceBatch: 64, warmupEpochs: 1, schedule: cosine}
        training: {workers: 2, batchPerWorker: 32}
        """
            .formatted(folder, name, set),
        List.of(overrides));
  }

  private void train(String name, String set, String... overrides) throws IOException {
    TrainJob.run(
        SharedSpark.session(), config(name, set, overrides), new Start.Anew(), () -> false);
  }

  private double top1(String run, String set) throws IOException {
    return 100
        * EvaluateJob.run(
                SharedSpark.session(),
                config(run, set),
                folder.resolve(run).resolve("model.zip").toString(),
                Optional.of(Split.TEST),
                new Silent())
            .report()
            .top1();
  }

  private RunState state(String run, int epoch) throws IOException {
    String path = folder.resolve(run + "/checkpoints/epoch-000" + epoch).toString();
    return CheckpointStore.read(HADOOP, path).state();
  }

  /** Makes a set of so many images of each class, those that a seed draws, and all of the test. */
  private void set(String name, Idx train, IntPredicate classes, int ofClass, long seed, Idx test)
      throws IOException {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < train.labels().length; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    int[] taken = new int[10];
    List<Integer> rows =
        order.stream()
            .filter(i -> classes.test(train.labels()[i]) && taken[train.labels()[i]]++ < ofClass)
            .toList();
    Path source = Files.createDirectories(folder.resolve(name + "-images"));
    write(source, "train", train, rows);
    List<Integer> tested = new ArrayList<>();
    for (int i = 0; i < test.labels().length; i++) {
      if (classes.test(test.labels()[i])) {
        tested.add(i);
      }
    }
    write(source, "t10k", test, tested);
    Prepared.by(config(name, name));
  }

  private static Idx read(String split) throws IOException {
    try (DataInputStream images = open(split + "-images-idx3-ubyte.gz");
        DataInputStream labels = open(split + "-labels-idx1-ubyte.gz")) {
      images.readInt();
      int rows = images.readInt();
      images.readLong();
      labels.readLong();
      byte[][] pixels = new byte[rows][SIDE * SIDE];
      int[] classes = new int[rows];
      for (int i = 0; i < rows; i++) {
        images.readFully(pixels[i]);
        classes[i] = labels.readUnsignedByte();
      }
      return new Idx(pixels, classes);
    }
  }

  private static DataInputStream open(String file) throws IOException {
    InputStream raw = Files.newInputStream(IMAGES.resolve(file));
    return new DataInputStream(new GZIPInputStream(raw, 1 << 16));
  }

  private static void write(Path source, String split, Idx idx, List<Integer> rows)
      throws IOException {
    ByteArrayOutputStream images = new ByteArrayOutputStream();
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    DataOutputStream head = new DataOutputStream(images);
    for (int value : new int[] {0x803, rows.size(), SIDE, SIDE}) {
      head.writeInt(value);
    }
    DataOutputStream classes = new DataOutputStream(labels);
    classes.writeInt(0x801);
    classes.writeInt(rows.size());
    for (int row : rows) {
      head.write(idx.images()[row]);
      classes.writeByte(idx.labels()[row]);
    }
    Files.write(source.resolve(split + "-images-idx3-ubyte"), images.toByteArray());
    Files.write(source.resolve(split + "-labels-idx1-ubyte"), labels.toByteArray());
  }
}
