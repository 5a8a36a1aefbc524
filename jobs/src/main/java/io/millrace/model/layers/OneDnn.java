package io.millrace.model.layers;

import io.millrace.backend.HostMemory;
import io.millrace.backend.NativeBinary;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * oneDNN called without ND4J between: its primitives can be made once and kept, and take arrays in
 * the memory order in which they lie. Loaded when first used, held to the instruction set that
 * {@link NativeBinary} chose, so that equal choices give equal numbers.
 */
final class OneDnn {
  private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);
  private static final engine CPU = load();

  private OneDnn() {}

  /** Whether it could be loaded here, where ND4J's arrays lie in memory that it can reach. */
  static boolean isAvailable() {
    return CPU != null;
  }

  static engine cpu() {
    return CPU;
  }

  static memory.desc layout(memory.format_tag tag, long... shape) {
    return new memory.desc(shape, memory.data_type.f32, tag);
  }

  /** Images of shape [N, C, H, W] in NHWC memory. */
  static memory.desc images(long... shape) {
    return layout(memory.format_tag.nhwc, shape);
  }

  /** Scratch memory is ours: oneDNN's own belongs to the thread that made a primitive. */
  static primitive_attr ownScratchpad() {
    primitive_attr attributes = new primitive_attr();
    attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
    return attributes;
  }

  private static engine load() {
    if (!HostMemory.holdsArrays()) {
      return null;
    }
    try {
      dnnl.dnnl_set_max_cpu_isa(instructions(NativeBinary.select()));
      return new engine(engine.kind.cpu, 0);
    } catch (LinkageError e) {
      LOG.warn("Convolutions run on ND4J's ops, slower: oneDNN cannot be loaded: {}", e.toString());
      return null;
    }
  }

  private static int instructions(String binary) {
    if (binary.contains("avx512")) {
      return dnnl.dnnl_cpu_isa_avx512_core;
    }
    return binary.contains("avx2") ? dnnl.dnnl_cpu_isa_avx2 : dnnl.dnnl_cpu_isa_sse41;
  }
}
