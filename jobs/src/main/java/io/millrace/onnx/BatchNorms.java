package io.millrace.onnx;

import static io.millrace.onnx.OnnxGraph.attribute;

import io.millrace.model.layers.LayerSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;

/** Batch norms on their running statistics. */
final class BatchNorms implements LayerKind {
  /** DL4J's layer has no use for its activation function, nor for isMinibatch. */
  private static final LayerSettings SETTINGS =
      new LayerSettings(BatchNormalization.class)
          .withWeights()
          .any("iDropout", "activationFn", "isMinibatch", "cudnnAllowFallback")
          .any("decay", "eps", "gamma", "beta", "lockGammaBeta", "useLogStd")
          .only("cnn2DFormat", CNN2DFormat.NCHW::equals);

  @Override
  public Optional<String> refusal(Layer layer) {
    return SETTINGS.refusal(layer);
  }

  @Override
  public String write(OnnxGraph graph, Layer layer, Place place) {
    BatchNormalization norm = (BatchNormalization) layer;
    boolean locked = norm.isLockGammaBeta();
    float[] mean = place.values(BatchNormalizationParamInitializer.GLOBAL_MEAN);
    float[] gamma =
        locked
            ? filled(mean.length, norm.getGamma())
            : place.values(BatchNormalizationParamInitializer.GAMMA);
    float[] beta =
        locked
            ? filled(mean.length, norm.getBeta())
            : place.values(BatchNormalizationParamInitializer.BETA);
    String name = place.name();
    return graph.node(
        "BatchNormalization",
        name,
        List.of(
            place.input(),
            graph.weights(name + ".gamma", gamma, gamma.length),
            graph.weights(name + ".beta", beta, beta.length),
            graph.weights(name + ".mean", mean, mean.length),
            graph.weights(name + ".var", variance(norm, place), mean.length)),
        attribute("epsilon", (float) norm.getEps()));
  }

  private static float[] variance(BatchNormalization norm, Place place) {
    if (!norm.isUseLogStd()) {
      return place.values(BatchNormalizationParamInitializer.GLOBAL_VAR);
    }
    float[] logs = place.values(BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
    for (int c = 0; c < logs.length; c++) {
      logs[c] = (float) StrictMath.pow(10, 2.0 * logs[c]); // DL4J's logarithm is that of ten
    }
    return logs;
  }

  private static float[] filled(int length, double value) {
    float[] values = new float[length];
    Arrays.fill(values, (float) value);
    return values;
  }
}
