package io.millrace.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * Small records as bytes. Spark's data serialiser may be Kryo, which cannot set the fields of a
 * record; byte arrays it passes on as they are.
 */
public final class Packed {
  private Packed() {}

  /**
   * A value as Java serialises it.
   *
   * @throws UncheckedIOException if something in it is not serialisable
   */
  public static byte[] pack(Serializable value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * The value of bytes of {@link #pack}; the classes are found through the thread's class loader.
   *
   * @throws UncheckedIOException if they are no serialised value
   * @throws IllegalStateException if a class of it is not on this side's class path
   */
  public static <T> T unpack(byte[] bytes, Class<T> type) {
    try (ObjectInputStream in = new Classes(bytes)) {
      return type.cast(in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("Cannot read " + type.getSimpleName() + ": " + e, e);
    }
  }

  /** Finds classes of the job's jar, which on an executor only the task's thread can load. */
  private static final class Classes extends ObjectInputStream {
    Classes(byte[] bytes) throws IOException {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      try {
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description);
      }
    }
  }
}
