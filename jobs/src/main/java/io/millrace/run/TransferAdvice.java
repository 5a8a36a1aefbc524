package io.millrace.run;

import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.Split;
import io.millrace.formats.NamedParameter;
import io.millrace.image.ImagePipeline;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.model.ParameterLayout;
import io.millrace.model.WeightNames;
import io.millrace.model.layers.NativeMemory;
import io.millrace.plan.Advice;
import io.millrace.plan.Similarity;
import io.millrace.replica.FeatureNetwork;
import io.millrace.replica.FeatureShape;
import io.millrace.replica.FeatureSpec;
import io.millrace.wire.FlatArrays;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What the weights that a run starts from make of its images, and what is usually done then: up to
 * 50 images a class, 5,000 in all, of the training split. Lives on the driver.
 */
public final class TransferAdvice {
  private static final int OF_CLASS = 50;
  private static final int IN_ALL = 5000;

  /** Rows that are looked through for images of rare classes. */
  private static final int LOOKED_AT = 50_000;

  private static final int PASS = 32;

  private final TrainingSetup setup;
  private final GivenWeights given;
  private final List<float[]> features = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();

  private TransferAdvice(TrainingSetup setup, GivenWeights given) {
    this.setup = setup;
    this.given = given;
  }

  /**
   * The advice in lines of a plan; none for a run that starts from no weights.
   *
   * @throws IOException if images or weights cannot be read
   */
  public static List<String> lines(TrainingSetup setup, Configuration hadoop) throws IOException {
    Optional<GivenWeights> given = GivenWeights.of(setup.config(), setup.data().classes(), hadoop);
    return given.isEmpty()
        ? List.of()
        : new TransferAdvice(setup, given.get())
            .advice(hadoop)
            .map(Advice::lines)
            .orElse(List.of("advice         none: nothing lies below the head"));
  }

  private Optional<Advice> advice(Configuration hadoop) throws IOException {
    ModelInput input = setup.input().model();
    ParameterLayout layout = setup.network().layout();
    Set<String> head = setup.network().children().head();
    FeatureSpec trunk =
        FeatureSpec.of(
            "advice",
            setup.network().configuration(),
            layout,
            slot -> head.contains(slot.vertex()),
            setup.config().training().fastPath(),
            List.of(input.height(), input.width(), input.channels()),
            PASS);
    Optional<FeatureShape> shape = trunk.shape();
    if (shape.isEmpty()) {
      return Optional.empty();
    }
    FeatureNetwork net = trunk.network();
    try {
      net.load(this, trunk.still().take(weights(hadoop), 1));
      look(net, shape.get());
    } finally {
      net.close();
    }
    int[] classes = labels.stream().mapToInt(Integer::intValue).toArray();
    Similarity similarity =
        Similarity.of(features.toArray(float[][]::new), source(shape.get()), classes, own());
    return Optional.of(
        Advice.of(
            similarity,
            setup.data().manifest().splits().get(Split.TRAIN).rowsByClass(),
            setup.network().children(),
            layout));
  }

  private WeightVector weights(Configuration hadoop) throws IOException {
    ComputationGraph net = setup.network().initialised(hadoop);
    try {
      long length = net.numParams();
      var flat = new FlatArrays(List.of(net.params().reshape(length)));
      return new WeightVector(flat.slices(), 0, length);
    } finally {
      NativeMemory.freeUnrun(net);
    }
  }

  /** The model's top-1 on its own validation, where it says so. */
  private Double own() {
    return given.card().map(ModelCard::metrics).map(ModelCard.Metrics::top1).orElse(null);
  }

  /** Takes the first images of each class; a prepared set lies in no order. */
  private void look(FeatureNetwork net, FeatureShape shape) throws IOException {
    List<Long> rows = setup.data().manifest().splits().get(Split.TRAIN).rowsByClass();
    long filled = rows.stream().filter(each -> each > 0).count();
    int ofClass = (int) Math.max(2, Math.min(OF_CLASS, IN_ALL / Math.max(1, filled)));
    int[] missing = rows.stream().mapToInt(each -> (int) Math.min(each, ofClass)).toArray();
    int looked = 0;
    for (Block block : setup.data().blocks(Split.TRAIN)) {
      if (looked >= LOOKED_AT || Arrays.stream(missing).allMatch(each -> each == 0)) {
        return;
      }
      EncodedBlock images = setup.data().reader().read(block);
      List<Integer> taken = new ArrayList<>();
      for (int row = 0; row < images.rows(); row++) {
        if (missing[images.labels()[row]] > 0) {
          missing[images.labels()[row]]--;
          taken.add(row);
        }
      }
      compute(net, shape, images, taken);
      looked += images.rows();
    }
  }

  private void compute(
      FeatureNetwork net, FeatureShape shape, EncodedBlock images, List<Integer> taken) {
    ModelInput input = setup.input().model();
    try (ImagePipeline pipeline =
        ImagePipeline.evaluation(
            input.cropShare(),
            input.height(),
            input.width(),
            input.channels(),
            input.means(),
            input.deviations())) {
      for (int from = 0; from < taken.size(); from += PASS) {
        List<Integer> pass = taken.subList(from, Math.min(taken.size(), from + PASS));
        ByteBuffer made = ByteBuffer.allocate((int) (pass.size() * shape.bytes()));
        net.features(shape, pass.size(), to -> pixels(images, pass, pipeline, to), made);
        FloatBuffer floats = made.flip().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        for (int row : pass) {
          float[] one = new float[shape.length()];
          floats.get(one);
          features.add(one);
          labels.add(images.labels()[row]);
        }
      }
    }
  }

  private void pixels(
      EncodedBlock images, List<Integer> pass, ImagePipeline pipeline, FloatBuffer to) {
    ModelInput input = setup.input().model();
    int size = input.height() * input.width() * input.channels();
    for (int i = 0; i < pass.size(); i++) {
      int from = images.offsets()[pass.get(i)];
      int length = images.offsets()[pass.get(i) + 1] - from;
      pipeline.run(images.data(), from, length, null, to.position(i * size));
    }
  }

  /** Probabilities of the file's own classes, by its own output; null where it has none for us. */
  private double[][] source(FeatureShape shape) throws IOException {
    boolean vectors = shape.parts().size() == 1 && shape.parts().get(0).sizes().size() == 1;
    Map<String, float[]> head = vectors ? output(shape.length()) : Map.of();
    if (head.isEmpty()) {
      return null;
    }
    boolean rowsOfClasses = given.how().names() != WeightNames.OWN;
    float[] bias = head.get("b");
    double[][] source = new double[features.size()][];
    for (int i = 0; i < source.length; i++) {
      source[i] = softmax(features.get(i), head.get("W"), bias, rowsOfClasses);
    }
    return source;
  }

  /** Weight and bias of the file's output by our names, if it is one layer on such features. */
  private Map<String, float[]> output(int length) throws IOException {
    String vertex = setup.network().configuration().getNetworkOutputs().get(0);
    ComputationGraph blank = setup.network().blank();
    Map<String, String> names = new HashMap<>();
    try {
      for (NamedParameter each : given.parameters(blank)) {
        if (each.slot().vertex().equals(vertex)) {
          names.put(each.slot().name(), each.name());
        }
      }
    } finally {
      NativeMemory.freeUnrun(blank);
    }
    Map<String, List<Long>> shapes = given.file().shapes();
    int axis = given.how().names() == WeightNames.OWN ? 0 : 1;
    List<Long> shape = shapes.get(names.get("W"));
    boolean fits =
        names.keySet().equals(Set.of("W", "b"))
            && shape != null
            && shape.size() == 2
            && shape.get(axis) == length
            && shapes.containsKey(names.get("b"));
    Map<String, float[]> head = new HashMap<>();
    if (fits) {
      given
          .file()
          .read(
              names.values(),
              (name, values) -> head.put(name.equals(names.get("W")) ? "W" : "b", values));
    }
    return head;
  }

  /** Softmax of {@code x W + b}, in double. */
  private static double[] softmax(float[] x, float[] weight, float[] bias, boolean rowsOfClasses) {
    double[] made = new double[bias.length];
    double largest = Double.NEGATIVE_INFINITY;
    for (int z = 0; z < made.length; z++) {
      double logit = bias[z];
      for (int j = 0; j < x.length; j++) {
        logit += (double) x[j] * weight[rowsOfClasses ? z * x.length + j : j * made.length + z];
      }
      made[z] = logit;
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (int z = 0; z < made.length; z++) {
      made[z] = StrictMath.exp(made[z] - largest);
      sum += made[z];
    }
    for (int z = 0; z < made.length; z++) {
      made[z] /= sum;
    }
    return made;
  }
}
