package io.millrace.model.layers;

import io.millrace.backend.ArrayMemory;
import io.millrace.backend.NativeBinary;
import java.util.regex.Pattern;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
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
  private static final Pattern STATUS = Pattern.compile("status = (\\d+)");
  private static final engine CPU = load();

  private OneDnn() {}

  /** Whether it could be loaded here, where ND4J's arrays lie in memory that it can reach. */
  static boolean isAvailable() {
    return CPU != null;
  }

  /** Whether it is there and works on arrays in this memory. */
  static boolean reaches(ArrayMemory arrays) {
    return arrays == ArrayMemory.HOST && isAvailable();
  }

  static engine cpu() {
    return CPU;
  }

  /** Whether this CPU, as it may be used, computes with bf16. */
  static boolean hasBf16() {
    return dnnl.dnnl_get_effective_cpu_isa() >= dnnl.dnnl_cpu_isa_avx512_core_bf16;
  }

  static memory.desc layout(memory.format_tag tag, long... shape) {
    return layout(memory.data_type.f32, tag, shape);
  }

  static memory.desc layout(memory.data_type type, memory.format_tag tag, long... shape) {
    return new memory.desc(shape, type, tag);
  }

  /** Images of shape [N, C, H, W] in NHWC memory. */
  static memory.desc images(memory.data_type type, long... shape) {
    return layout(type, memory.format_tag.nhwc, shape);
  }

  /** Scratch memory is ours: oneDNN's own belongs to the thread that made a primitive. */
  static primitive_attr ownScratchpad() {
    primitive_attr attributes = new primitive_attr();
    attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
    return attributes;
  }

  /** And {@code max(0, x)} of all that a primitive writes. */
  static primitive_attr ownScratchpadAndRelu() {
    primitive_attr attributes = ownScratchpad();
    post_ops after = new post_ops();
    after.append_eltwise(1, dnnl.algorithm.eltwise_relu, 0, 0);
    attributes.set_post_ops(after);
    return attributes;
  }

  private static engine load() {
    if (ArrayMemory.here() != ArrayMemory.HOST) {
      return null;
    }
    try {
      String binary = NativeBinary.select();
      check(dnnl.dnnl_set_max_cpu_isa(instructions(binary)), "keep to instructions of " + binary);
      return new engine(engine.kind.cpu, 0);
    } catch (LinkageError | IllegalStateException e) {
      LOG.warn("Convolutions run on ND4J's ops, slower: oneDNN cannot be loaded: {}", e.toString());
      return null;
    }
  }

  /**
   * Looks at what a function of oneDNN's C interface answered; those of its C++ interface throw.
   *
   * @throws IllegalStateException with the status by name if it was not success
   */
  static void check(int status, String what) {
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException("oneDNN cannot " + what + ": " + name(status));
    }
  }

  /** A message of oneDNN's C++ interface, with its status by name. */
  static String named(String message) {
    return message == null
        ? "no reason given"
        : STATUS.matcher(message).replaceAll(found -> name(Integer.parseInt(found.group(1))));
  }

  private static String name(int status) {
    return switch (status) {
      case dnnl.dnnl_out_of_memory -> "out of memory";
      case dnnl.dnnl_invalid_arguments -> "invalid arguments";
      case dnnl.dnnl_unimplemented -> "unimplemented";
      case dnnl.dnnl_runtime_error -> "runtime error";
      default -> "status " + status;
    };
  }

  /** Those for bf16 leave kernels of fp32 as they are. */
  private static int instructions(String binary) {
    if (binary.contains("avx512")) {
      return dnnl.dnnl_cpu_isa_avx512_core_bf16;
    }
    return binary.contains("avx2") ? dnnl.dnnl_cpu_isa_avx2 : dnnl.dnnl_cpu_isa_sse41;
  }
}
