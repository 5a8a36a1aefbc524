package io.millrace.model.layers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A primitive of oneDNN with its arguments, to be run again and again; for one thread a time. */
final class OneDnnCall {
  private final primitive primitive;
  private final long scratchBytes;
  private final stream stream = new stream(OneDnn.cpu());
  private final IntMemoryMap arguments = new IntMemoryMap();
  private final Map<Integer, memory> memories = new HashMap<>();
  private final Address address = new Address();

  OneDnnCall(primitive primitive, primitive_desc description) {
    this.primitive = primitive;
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

  /** An argument whose array comes with each run, see {@link #bind}. */
  OneDnnCall with(int argument, memory.desc layout) {
    return with(argument, new memory(layout, OneDnn.cpu(), null));
  }

  /** The array to read or write in the next run. */
  OneDnnCall bind(int argument, INDArray array) {
    memories.get(argument).set_data_handle(address.of(array));
    return this;
  }

  void run() {
    if (scratchBytes > 0) {
      memories
          .get(DNNL_ARG_SCRATCHPAD)
          .set_data_handle(Scratchpad.OF_PRIMITIVES.atLeast(scratchBytes));
    }
    primitive.execute(stream, arguments);
  }

  /** A native address that can be moved. */
  static final class Address extends Pointer {
    Pointer of(INDArray array) {
      address = array.data().address() + Float.BYTES * array.data().offset();
      return this;
    }
  }
}
