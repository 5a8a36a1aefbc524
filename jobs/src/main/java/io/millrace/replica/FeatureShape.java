package io.millrace.replica;

import io.millrace.backend.HostAccess;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a trunk gives of one example, as one row of floats: its outputs one after the other, each in
 * the order in which it lies in memory. What is trained above gets arrays of the same shapes and
 * orders back, so that it computes on a row as it would on the trunk's own output.
 *
 * @param parts the outputs, in the order of the inputs above
 */
public record FeatureShape(List<Part> parts) implements Serializable {
  /**
   * One output.
   *
   * @param sizes of its dimensions, without that of the examples
   * @param order its dimensions, that of the examples 0, from the slowest to the fastest in memory
   */
  public record Part(List<Long> sizes, List<Integer> order) implements Serializable {
    /** Keeps lists that nobody changes. */
    public Part {
      sizes = List.copyOf(sizes);
      order = List.copyOf(order);
    }

    static Part of(INDArray output) {
      List<Long> sizes = IntStream.range(1, output.rank()).mapToObj(output::size).toList();
      List<Integer> order =
          IntStream.range(0, output.rank())
              .boxed()
              .sorted(Comparator.comparing((Integer i) -> -output.stride(i)).thenComparing(i -> i))
              .toList();
      return new Part(sizes, order);
    }

    int length() {
      return Math.toIntExact(sizes.stream().reduce(1L, Math::multiplyExact));
    }

    private long[] shape(long rows) {
      return order.stream().mapToLong(i -> i == 0 ? rows : sizes.get(i - 1)).toArray();
    }

    /** Brings dimensions in memory order to where they belong. */
    private int[] places() {
      return IntStream.range(0, order.size()).map(order::indexOf).toArray();
    }

    /** For an array of this shape in any order: examples first, then the rest as in memory. */
    private int[] rowsFirst() {
      return IntStream.concat(
              IntStream.of(0), order.stream().filter(i -> i != 0).mapToInt(Integer::intValue))
          .toArray();
    }

    private boolean isRows() {
      return order.get(0) == 0;
    }
  }

  /** Keeps a list that nobody changes. */
  public FeatureShape {
    parts = List.copyOf(parts);
  }

  /** That of outputs of a trunk. */
  static FeatureShape of(INDArray[] outputs) {
    return new FeatureShape(List.of(outputs).stream().map(Part::of).toList());
  }

  /** Floats of an example. */
  public int length() {
    return parts.stream().mapToInt(Part::length).reduce(0, Math::addExact);
  }

  /** Bytes of an example. */
  public long bytes() {
    return (long) Float.BYTES * length();
  }

  /**
   * Writes the first rows of outputs, each as {@link #bytes} little-endian bytes.
   *
   * @param outputs of a trunk, of these shapes and orders
   */
  void encode(INDArray[] outputs, int rows, ByteBuffer to) {
    ByteBuffer out = to.order(ByteOrder.LITTLE_ENDIAN);
    int start = out.position();
    int before = 0;
    for (int p = 0; p < outputs.length; p++) {
      Part part = parts.get(p);
      try (INDArray dense = outputs[p].permute(part.rowsFirst()).dup('c');
          HostAccess access = HostAccess.reading(dense)) {
        float[] row = new float[part.length()];
        FloatBuffer from = access.floats();
        for (int i = 0; i < rows; i++) {
          from.get(row);
          out.position(start + i * (int) bytes() + Float.BYTES * before)
              .slice()
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer()
              .put(row);
        }
      }
      before += part.length();
    }
    out.position(start + rows * (int) bytes());
  }

  /**
   * What is fed to the network above; to be given to {@link #close}.
   *
   * @param rows features of a minibatch, [N, F]
   */
  public INDArray[] arrays(INDArray rows) {
    long n = rows.size(0);
    if (parts.size() == 1 && parts.get(0).isRows()) {
      Part only = parts.get(0);
      return new INDArray[] {rows.reshape('c', only.shape(n)).permute(only.places())};
    }
    List<INDArray> arrays = new ArrayList<>();
    long before = 0;
    for (Part part : parts) {
      long[] dense = new long[part.sizes().size() + 1];
      int[] rowsFirst = part.rowsFirst();
      long[] stride = new long[dense.length];
      long step = 1;
      for (int i = dense.length - 1; i > 0; i--) {
        dense[i] = part.sizes().get(rowsFirst[i] - 1);
        stride[i] = step;
        step *= dense[i];
      }
      dense[0] = n;
      stride[0] = length();
      INDArray view = Nd4j.create(rows.data(), dense, stride, rows.offset() + before, 'c');
      INDArray array = Nd4j.createUninitializedDetached(DataType.FLOAT, part.shape(n));
      array.permute(part.places()).permute(rowsFirst).assign(view);
      arrays.add(array.permute(part.places()));
      before += part.length();
    }
    return arrays.toArray(INDArray[]::new);
  }

  /** Gives the memory of arrays back that are no views of rows. */
  public void close(INDArray[] arrays) {
    if (parts.size() > 1 || !parts.get(0).isRows()) {
      for (INDArray each : arrays) {
        each.data().close();
      }
    }
  }
}
