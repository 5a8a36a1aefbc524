package io.millrace.onnx;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * ONNX Runtime, whose jar of 139 MB is not on the class path: fetched by Maven, and called past the
 * compiler.
 */
final class OnnxRuntime implements AutoCloseable {
  private static final String VERSION = "1.22.0";
  private static final String ROOM = "ai.onnxruntime.";

  private final URLClassLoader classes;
  private final Object environment;

  private OnnxRuntime(Path jar) throws Exception {
    classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
    environment = type("OrtEnvironment").getMethod("getEnvironment").invoke(null);
  }

  /** Fetches it, unless that was done before. */
  static OnnxRuntime fetch() throws Exception {
    Path folder = Path.of("jobs/target/onnxruntime");
    Path jar = folder.resolve("onnxruntime-%s.jar".formatted(VERSION));
    if (!jar.toFile().exists()) {
      Process maven =
          new ProcessBuilder(
                  "mvn",
                  "-q",
                  "-B",
                  "dependency:copy",
                  "-Dartifact=com.microsoft.onnxruntime:onnxruntime:" + VERSION,
                  "-DoutputDirectory=" + folder.toAbsolutePath())
              .inheritIO()
              .start();
      if (maven.waitFor() != 0) {
        throw new IllegalStateException("Cannot fetch ONNX Runtime " + VERSION);
      }
    }
    return new OnnxRuntime(jar);
  }

  /**
   * What an output of a model is on images.
   *
   * @param images [N, C, H, W]
   * @return [N, K]
   */
  float[][] run(byte[] model, String output, float[] images, long... shape) throws Exception {
    Object session = call(environment, "createSession", byte[].class, model);
    Method create =
        type("OnnxTensor")
            .getMethod("createTensor", type("OrtEnvironment"), FloatBuffer.class, long[].class);
    Object tensor = create.invoke(null, environment, FloatBuffer.wrap(images), shape);
    Object result = call(session, "run", Map.class, Map.of(OnnxModel.IMAGES, tensor));
    Object value = ((Optional<?>) call(result, "get", String.class, output)).orElseThrow();
    float[][] values = (float[][]) value.getClass().getMethod("getValue").invoke(value);
    for (Object each : new Object[] {result, tensor, session}) {
      ((AutoCloseable) each).close();
    }
    return values;
  }

  private static Object call(Object on, String name, Class<?> type, Object argument)
      throws Exception {
    return on.getClass().getMethod(name, type).invoke(on, argument);
  }

  private Class<?> type(String name) throws ClassNotFoundException {
    return classes.loadClass(ROOM + name);
  }

  @Override
  public void close() throws Exception {
    classes.close();
  }
}
