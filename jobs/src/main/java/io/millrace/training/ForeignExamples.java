package io.millrace.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Examples of a foreign {@code DataSet} as raw bytes: rank and shape of the features, of the
 * labels, then both as little-endian fp32.
 */
final class ForeignExamples {
  private ForeignExamples() {}

  /** Every example of a data set. */
  static List<byte[]> encode(DataSet data) {
    if (data.hasMaskArrays()) {
      throw new IllegalArgumentException(
          "Cannot train on masked examples: parameter averaging here takes features and labels");
    }
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
        throw new IllegalArgumentException(
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
