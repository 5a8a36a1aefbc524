package io.millrace.model.layers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;

import io.millrace.backend.HostAccess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A primitive of oneDNN with its arguments, to be run again and again; for one thread a time. It
 * holds the arrays of a run until oneDNN is done with them.
 */
final class OneDnnCall implements Freeable {
  private final String name;
  private final primitive primitive;
  private final stream stream = new stream(OneDnn.cpu());
  private final IntMemoryMap arguments = new IntMemoryMap();
  private final Map<Integer, memory> memories = new HashMap<>();
  private final List<HostAccess> arrays = new ArrayList<>();
  private final Address address = new Address();
  private long scratchBytes;

  /**
   * A primitive that needs no scratch memory.
   *
   * @param name what it does, for people
   */
  OneDnnCall(String name, primitive primitive) {
    this.name = name;
    this.primitive = primitive;
  }

  OneDnnCall(String name, primitive primitive, primitive_desc description) {
    this(name, primitive);
    memory.desc scratch = description.scratchpad_desc();
    scratchBytes = scratch.get_size();
    with(DNNL_ARG_SCRATCHPAD, scratch);
  }

  /** An argument that stays. */
  OneDnnCall with(int argument, memory memory) {
    arguments.put(argument, memory);
    memories.put(argument, memory);
    return this;
  }

  /** An argument whose array comes with each run, see {@link #reads} and {@link #writes}. */
  OneDnnCall with(int argument, memory.desc layout) {
    return with(argument, new memory(layout, OneDnn.cpu(), null));
  }

  /** The array to read in the next run. */
  OneDnnCall reads(int argument, INDArray array) {
    return bind(argument, HostAccess.reading(array));
  }

  /** The array to write in the next run. */
  OneDnnCall writes(int argument, INDArray array) {
    return bind(argument, HostAccess.writing(array));
  }

  private OneDnnCall bind(int argument, HostAccess array) {
    arrays.add(array);
    memories.get(argument).set_data_handle(address.of(array));
    return this;
  }

  /**
   * Runs it, and lets go of the arrays.
   *
   * @throws IllegalStateException with its name and oneDNN's reason if it cannot be run
   */
  void run() {
    try {
      if (scratchBytes > 0) {
        memories
            .get(DNNL_ARG_SCRATCHPAD)
            .set_data_handle(Scratchpad.OF_PRIMITIVES.atLeast(scratchBytes));
      }
      primitive.execute(stream, arguments);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "Cannot run oneDNN's " + name + ": " + OneDnn.named(e.getMessage()), e);
    } finally {
      arrays.forEach(HostAccess::close);
      arrays.clear();
    }
  }

  /** Gives native memory back, that of its arguments too. */
  @Override
  public void free() {
    arguments.close();
    memories.values().forEach(memory::close);
    primitive.close();
    stream.close();
  }

  /** A native address that can be moved. */
  private static final class Address extends Pointer {
    Pointer of(HostAccess array) {
      address = array.address();
      return this;
    }
  }
}
