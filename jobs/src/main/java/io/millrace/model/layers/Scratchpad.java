package io.millrace.model.layers;

import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/**
 * Native memory for what does not outlive a run of a layer: a piece a thread, for all its layers.
 */
final class Scratchpad {
  /** What a primitive asks for while it runs. */
  static final Scratchpad OF_PRIMITIVES = new Scratchpad();

  /** Weights, or their gradient, in the order of a primitive. */
  static final Scratchpad OF_WEIGHTS = new Scratchpad();

  private final ThreadLocal<Piece> pieces = ThreadLocal.withInitial(Piece::new);

  private Scratchpad() {}

  /** At least {@code wanted} bytes, until this thread asks the next time. */
  Pointer atLeast(long wanted) {
    return pieces.get().atLeast(wanted);
  }

  /** Gives back what this thread has. */
  static void release() {
    for (Scratchpad pad : List.of(OF_PRIMITIVES, OF_WEIGHTS)) {
      pad.pieces.get().free();
      pad.pieces.remove();
    }
  }

  private static final class Piece {
    private memory bytes;
    private long size;

    Pointer atLeast(long wanted) {
      if (bytes == null || size < wanted) {
        free();
        size = wanted;
        var layout = new memory.desc(new long[] {wanted}, memory.data_type.u8, memory.format_tag.a);
        bytes = new memory(layout, OneDnn.cpu());
      }
      return bytes.get_data_handle();
    }

    void free() {
      if (bytes != null) {
        bytes.close();
        bytes = null;
      }
    }
  }
}
