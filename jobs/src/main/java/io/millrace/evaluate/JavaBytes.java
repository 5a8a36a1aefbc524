package io.millrace.evaluate;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;

/** Java-serialised bytes of our own records, as a cluster's serializer may not know records. */
final class JavaBytes {
  private JavaBytes() {}

  static byte[] write(Serializable object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static <T> T read(byte[] bytes, Class<T> type) throws IOException {
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes)) {
          @Override
          protected Class<?> resolveClass(ObjectStreamClass name)
              throws IOException, ClassNotFoundException {
            try {
              // The class loader that has the job's jar, which is not the JVM's own.
              return Class.forName(name.getName(), false, type.getClassLoader());
            } catch (ClassNotFoundException e) {
              return super.resolveClass(name);
            }
          }
        }) {
      return type.cast(in.readObject());
    } catch (ClassNotFoundException e) {
      throw new IOException("Cannot read " + type.getSimpleName() + ": " + e.getMessage(), e);
    }
  }
}
