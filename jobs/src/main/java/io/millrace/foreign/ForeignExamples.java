package io.millrace.foreign;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Examples of a foreign {@code DataSet} as raw bytes: rank and shape of the features, of the
 * labels, then both as little-endian fp32.
 */
public final class ForeignExamples {
  private ForeignExamples() {}

  /**
   * Every example of a data set; none of an empty one, as a filter may leave it.
   *
   * @throws ForeignDataException for a data set that holds anything else
   */
  static List<byte[]> encode(DataSet data) {
    if (isEmpty(data.getFeatures()) && isEmpty(data.getLabels())) {
      return List.of();
    }
    check(data);
    float[] features = rows(data.getFeatures());
    float[] labels = rows(data.getLabels());
    long[] featureShape = data.getFeatures().shape();
    long[] labelShape = data.getLabels().shape();
    int count = data.numExamples();
    int featureLength = features.length / count;
    int labelLength = labels.length / count;
    List<byte[]> examples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ByteBuffer out =
          little(
              new byte
                  [Integer.BYTES * (featureShape.length + labelShape.length)
                      + Float.BYTES * (featureLength + labelLength)]);
      shape(featureShape, out);
      shape(labelShape, out);
      out.asFloatBuffer()
          .put(features, i * featureLength, featureLength)
          .put(labels, i * labelLength, labelLength);
      examples.add(out.array());
    }
    return examples;
  }

  /**
   * The data set of one array of features and one of labels.
   *
   * @throws ForeignDataException for a data set with more of them
   */
  public static DataSet dataSet(MultiDataSet data) {
    int features = data.numFeatureArrays();
    int labels = data.numLabelsArrays();
    if (features != 1 || labels != 1) {
      throw new ForeignDataException(
          "Cannot train on a MultiDataSet with %d arrays of features and %d of labels (must have"
                  .formatted(features, labels)
              + " one of each)");
    }
    DataSet single = new DataSet(data.getFeatures(0), data.getLabels(0));
    single.setFeaturesMaskArray(data.getFeaturesMaskArray(0));
    single.setLabelsMaskArray(data.getLabelsMaskArray(0));
    return single;
  }

  private static void check(DataSet data) {
    if (data.hasMaskArrays()) {
      throw refusal("it has masks (must have features and labels alone)");
    }
    long examples = examples("features", data.getFeatures());
    if (examples("labels", data.getLabels()) != examples) {
      throw refusal(
          "it has %d rows of features and %d of labels (must be equal)"
              .formatted(examples, data.getLabels().size(0)));
    }
  }

  private static long examples(String what, INDArray array) {
    if (array == null) {
      throw refusal("it has no " + what);
    }
    if (array.rank() < 2) {
      throw refusal(
          "its %s have rank %d (must be >= 2, examples first)".formatted(what, array.rank()));
    }
    return array.size(0);
  }

  private static boolean isEmpty(INDArray array) {
    return array == null || array.isEmpty();
  }

  private static ForeignDataException refusal(String why) {
    return new ForeignDataException("Cannot train on a DataSet: " + why);
  }

  /** A minibatch of examples; they must be of one shape. */
  static DataSet decode(List<byte[]> examples) {
    ByteBuffer first = little(examples.get(0));
    long[] featureShape = shape(first, examples.size());
    long[] labelShape = shape(first, examples.size());
    int header = first.position();
    int featureLength = length(featureShape) / examples.size();
    int labelLength = length(labelShape) / examples.size();
    float[] features = new float[featureLength * examples.size()];
    float[] labels = new float[labelLength * examples.size()];
    for (int i = 0; i < examples.size(); i++) {
      byte[] example = examples.get(i);
      if (!Arrays.equals(example, 0, header, first.array(), 0, header)) {
        throw new ForeignDataException(
            "Cannot stack examples: their shapes differ (must be equal in a minibatch)");
      }
      little(example)
          .position(header)
          .asFloatBuffer()
          .get(features, i * featureLength, featureLength)
          .get(labels, i * labelLength, labelLength);
    }
    return new DataSet(
        Nd4j.create(features, featureShape, 'c'), Nd4j.create(labels, labelShape, 'c'));
  }

  private static float[] rows(INDArray array) {
    return array.castTo(DataType.FLOAT).dup('c').data().asFloat();
  }

  private static void shape(long[] shape, ByteBuffer out) {
    out.putInt(shape.length - 1);
    for (int i = 1; i < shape.length; i++) {
      out.putInt((int) shape[i]);
    }
  }

  private static long[] shape(ByteBuffer in, int examples) {
    long[] shape = new long[in.getInt() + 1];
    shape[0] = examples;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = in.getInt();
    }
    return shape;
  }

  private static int length(long[] shape) {
    return Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
