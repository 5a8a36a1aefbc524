package io.millrace.model.layers;

import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/**
 * Memory that a primitive needs while it runs, one for all that run on this thread: nothing in it
 * outlives a run.
 */
final class Scratchpad {
  private static final ThreadLocal<Scratchpad> OF_THREAD = ThreadLocal.withInitial(Scratchpad::new);

  private memory bytes;
  private long size;

  /** At least {@code wanted} bytes, for the next run on this thread. */
  static Pointer ofThread(long wanted) {
    return OF_THREAD.get().atLeast(wanted);
  }

  private Pointer atLeast(long wanted) {
    if (bytes == null || size < wanted) {
      if (bytes != null) {
        bytes.close();
      }
      size = wanted;
      var layout = new memory.desc(new long[] {wanted}, memory.data_type.u8, memory.format_tag.a);
      bytes = new memory(layout, OneDnn.cpu());
    }
    return bytes.get_data_handle();
  }
}
