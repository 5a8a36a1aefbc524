package io.millrace.backend;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.cpu.nativecpu.buffer.DefaultDataBufferFactory;
import org.nd4j.linalg.cpu.nativecpu.buffer.FloatBuffer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * FLOAT buffers that record when somebody reads or writes single values of them by ND4J's own
 * methods: on a device each such read waits for it. Ops leave no trace. For one thread a time.
 */
public final class RecordedBuffers extends DefaultDataBufferFactory implements AutoCloseable {
  private static final List<String> TOUCHES = new ArrayList<>();

  private final Object before;

  /** Makes it the factory of all buffers until it is closed. */
  public RecordedBuffers() throws ReflectiveOperationException {
    before = factory().get(null);
    factory().set(null, this);
    TOUCHES.clear();
  }

  private static Field factory() throws ReflectiveOperationException {
    Field field = Nd4j.class.getDeclaredField("DATA_BUFFER_FACTORY_INSTANCE");
    field.setAccessible(true);
    return field;
  }

  /**
   * Who touched what since the last call, as {@code read of N by Class.method} with the length of
   * the buffer.
   */
  public List<String> touches() {
    List<String> since = List.copyOf(TOUCHES);
    TOUCHES.clear();
    return since;
  }

  private static void touch(String kind, DataBuffer buffer) {
    StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> !frame.getClassName().startsWith("org.nd4j"))
                    .filter(
                        frame -> !frame.getClassName().startsWith(RecordedBuffers.class.getName()))
                    .findFirst())
        .ifPresent(
            frame ->
                TOUCHES.add(
                    "%s of %d by %s.%s"
                        .formatted(
                            kind,
                            buffer.length(),
                            frame.getClassName().replaceFirst(".*\\.", ""),
                            frame.getMethodName())));
  }

  @Override
  public DataBuffer create(DataType type, long length, boolean initialize) {
    return type == DataType.FLOAT
        ? new Recorded(length, initialize)
        : super.create(type, length, initialize);
  }

  @Override
  public DataBuffer create(
      DataType type, long length, boolean initialize, MemoryWorkspace workspace) {
    return type == DataType.FLOAT && workspace != null
        ? new Recorded(length, initialize, workspace)
        : super.create(type, length, initialize, workspace);
  }

  @Override
  public DataBuffer create(DataBuffer underlying, long offset, long length) {
    return underlying.dataType() == DataType.FLOAT
        ? new Recorded(underlying, length, offset)
        : super.create(underlying, offset, length);
  }

  @Override
  public DataBuffer createFloat(long length, boolean initialize) {
    return create(DataType.FLOAT, length, initialize);
  }

  @Override
  public void close() throws ReflectiveOperationException {
    factory().set(null, before);
  }

  private static final class Recorded extends FloatBuffer {
    Recorded(long length, boolean initialize) {
      super(length, initialize);
    }

    Recorded(long length, boolean initialize, MemoryWorkspace workspace) {
      super(length, initialize, workspace);
    }

    Recorded(DataBuffer underlying, long length, long offset) {
      super(underlying, length, offset);
    }

    @Override
    public float getFloat(long i) {
      touch("read", this);
      return super.getFloat(i);
    }

    @Override
    public double getDouble(long i) {
      touch("read", this);
      return super.getDouble(i);
    }

    @Override
    public int getInt(long i) {
      touch("read", this);
      return super.getInt(i);
    }

    @Override
    public long getLong(long i) {
      touch("read", this);
      return super.getLong(i);
    }

    @Override
    public Number getNumber(long i) {
      touch("read", this);
      return super.getNumber(i);
    }

    @Override
    public float[] asFloat() {
      touch("read", this);
      return super.asFloat();
    }

    @Override
    public double[] asDouble() {
      touch("read", this);
      return super.asDouble();
    }

    @Override
    public void put(long i, float value) {
      touch("write", this);
      super.put(i, value);
    }

    @Override
    public void put(long i, double value) {
      touch("write", this);
      super.put(i, value);
    }

    @Override
    public void put(long i, int value) {
      touch("write", this);
      super.put(i, value);
    }
  }
}
