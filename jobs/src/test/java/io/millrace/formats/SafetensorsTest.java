package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  private static final Configuration HADOOP = new Configuration();
  @TempDir private Path dir;

  private Path resource(String name) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/weights/" + name)) {
      return Files.write(dir.resolve(name), in.readAllBytes());
    }
  }

  private static Map<String, float[]> values(WeightFile file, String... names) throws IOException {
    Map<String, float[]> values = new HashMap<>();
    file.read(List.of(names), values::put);
    return values;
  }

  @Test
  void whatPythonWroteIsReadInAllTypesOfWeights() throws IOException {
    Safetensors file = Safetensors.open(HADOOP, resource("python.safetensors").toString());
    String quoted = "\u00fc \"quoted\\";
    assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
    assertThat(file.shapes())
        .containsEntry("b.weight", List.of(2L, 3L))
        .containsEntry("scalar", List.of())
        .containsEntry("stage1.bn.running_mean", List.of(0L))
        .containsKey(quoted);
    Map<String, float[]> read =
        values(file, "half", "brain", "b.weight", "scalar", "stage1.bn.running_mean", quoted);
    assertThat(read.get("b.weight")).containsExactly(1, -2.5f, 3.25f, 0.1f, 1e-30f, -7);
    assertThat(read.get("half"))
        .containsExactly(1, -0.5f, 65504, 5.9604645e-8f, Float.POSITIVE_INFINITY);
    assertThat(read.get("brain")).containsExactly(1, -0.5f, 3.3762391e38f);
    assertThat(read.get("scalar")).containsExactly(3.5f);
    assertThat(read.get("stage1.bn.running_mean")).isEmpty();
    assertThat(read.get(quoted)).containsExactly(1, 1);
    assertThatThrownBy(() -> values(file, "mask"))
        .hasMessage(
            "Cannot read weights %s: mask holds BOOL (must be F32, F16 or BF16)",
            dir.resolve("python.safetensors"));
    assertThatThrownBy(() -> values(file, "scalar", "none"))
        .hasMessageEndingWith(": it has no none");
  }

  @Test
  void everyHalfIsTheFloatOfItsFormula() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 17).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, 1 << 16).forEach(bits -> bytes.putShort((short) bits));
    Path path =
        write(
            "{\"x\":{\"dtype\":\"F16\",\"shape\":[65536],\"data_offsets\":[0,131072]}}",
            bytes.array());
    float[] read = values(Safetensors.open(HADOOP, path.toString()), "x").get("x");
    for (int bits = 0; bits < 1 << 16; bits++) {
      int e = bits >> 10 & 31;
      double fraction = (bits & 1023) / 1024.0;
      double size = e == 0 ? fraction * Math.pow(2, -14) : (1 + fraction) * Math.pow(2, e - 15);
      if (e == 31) {
        size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      }
      assertThat(Float.valueOf(read[bits]))
          .isEqualTo(Float.valueOf((float) (bits < 1 << 15 ? size : -size)));
    }
  }

  @Test
  void whatIsWrittenHasTheBytesOfPython() throws IOException {
    for (String name : List.of("python_f32.safetensors", "python_bare.safetensors")) {
      Path path = resource(name);
      Safetensors file = Safetensors.open(HADOOP, path.toString());
      SafetensorsWriter writer = new SafetensorsWriter(file.metadata());
      Map<String, float[]> values = values(file, file.shapes().keySet().toArray(String[]::new));
      file.shapes().forEach((key, shape) -> writer.add(key, shape, () -> values.get(key)));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      writer.writeTo(out);
      assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(path));
    }
  }

  @Test
  void aNameIsWrittenOnceAndWithItsElements() {
    SafetensorsWriter writer = new SafetensorsWriter(Map.of());
    writer.add("x", List.of(2L), () -> new float[3]);
    assertThatThrownBy(() -> writer.add("x", List.of(1L), () -> new float[1]))
        .hasMessage("Cannot write x: the name is taken");
    assertThatThrownBy(() -> writer.add("__metadata__", List.of(1L), () -> new float[1]))
        .hasMessage("Cannot write __metadata__: the name is taken");
    assertThatThrownBy(() -> writer.writeTo(OutputStream.nullOutputStream()))
        .hasMessage("Cannot write x: it has 3 elements, [2] do not");
  }

  @Test
  void onlyWhatIsAskedForIsRead() throws IOException {
    long large = 4L * 500_000_000;
    Path path =
        write(
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[500000000],\"data_offsets\":[0,%d]},"
                    + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}")
                .formatted(large, large, large + 4),
            new byte[0]);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(file.length() + large); // a hole that takes no disk
      file.write(new byte[] {0, 0, (byte) 0x80, 0x3f});
    }
    Safetensors file = Safetensors.open(HADOOP, path.toString());
    assertThat(values(file, "b").get("b")).containsExactly(1);
  }

  private Path write(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return write(json.length, json, data);
  }

  private Path write(long length, byte[] header, byte[] data) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    Path path = dir.resolve("x.safetensors");
    try (OutputStream out = Files.newOutputStream(path)) {
      out.write(start.array());
      out.write(header);
      out.write(data);
    }
    return path;
  }

  private void refused(Path path, String reason) {
    assertThatThrownBy(() -> Safetensors.open(HADOOP, path.toString()))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot read weights %s: %s", path, reason);
  }

  private static String tensor(String name, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%s]}"
        .formatted(name, shape, offsets);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "x 1 0,4 y 1 4,8 | its arrays have 8 bytes, the file has 12 for them",
        "x 1 0,4 y 1 8,12 | y begins at 8 (must be 4, where the one before ends)",
        "x 1 4,8 y 1 8,12 | x begins at 4 (must be 0, where the one before ends)",
        "x 2 0,8 y 2 4,12 | y begins at 4 (must be 8, where the one before ends)",
        "x 3 0,12 y 3 0,12 | y begins at 0 (must be 12, where the one before ends)",
        "x 4 0,16 | its arrays have 16 bytes, the file has 12 for them",
        "x 1 -4,0 y 3 0,12 | x has the number -4 (must be from 0 to 10^18)",
        "x 3 12,0 | x ends at 0, before it begins at 12",
        "x 1 9223372036854775807,9223372036854775811 | x has the number 9223372036854775807 (must be from 0 to 10^18)",
        "x 4611686018427387904,4 0,0 | x has the number 4611686018427387904 (must be from 0 to 10^18)",
        "x 100000000000,100000000000 0,12 | x has 12 bytes, [100000000000, 100000000000] of F32 do not",
        "x 4 0,12 | x has 12 bytes, [4] of F32 do not",
        "x 3.0 0,12 | x must have whole numbers",
        "x 3 0 | x must have dtype, shape and two data_offsets",
        "x 3 0,12,24 | x has more than 2 numbers in a list",
        "x 3,1,1,1,1,1,1,1,1 0,12 | x has more than 8 numbers in a list",
        "x 1 0,4 x 2 4,12 | its header is no right JSON: Duplicate field 'x'",
      })
  void whatDoesNotLieAsItShouldIsRefused(String tensors, String reason) throws IOException {
    String[] words = tensors.split(" ");
    String header =
        IntStream.range(0, words.length / 3)
            .mapToObj(i -> tensor(words[3 * i], words[3 * i + 1], words[3 * i + 2]))
            .collect(Collectors.joining(",", "{", "}"));
    refused(write(header, new byte[12]), reason);
  }

  @Test
  void whatIsNoHeaderIsRefusedBeforeAnythingIsTakenForIt() throws IOException {
    refused(dir.resolve("none"), "there is no such file (train writes it)");
    refused(
        Files.write(dir.resolve("short"), new byte[7]),
        "it is no safetensors file: it has 7 bytes");
    byte[] none = {};
    refused(
        write(Long.MAX_VALUE, none, new byte[20]),
        "it is no safetensors file: its header claims 9223372036854775807 bytes (must be 2 to 20)");
    refused(
        write(-1, none, new byte[20]),
        "it is no safetensors file: its header claims 18446744073709551615 bytes (must be 2 to 20)");
    refused(
        write(3, none, new byte[2]),
        "it is no safetensors file: its header claims 3 bytes (must be 2 to 2)");
    refused(
        write(17 << 20, none, new byte[17 << 20]),
        "its header has 17825792 bytes (must be <= 16777216)");
    refused(write("[]", none), "it is no safetensors file: its header does not start with {");
    refused(write(4, new byte[] {'{', '"', (byte) 0xff, '"'}, none), "its header is not UTF-8");
    refused(write("{} {}", none), "its header goes on behind its end");
    refused(write("{\"x\":1}", none), "x must be an object");
    refused(write("{\"x\\n\":1}", none), "x? must be an object");
    refused(
        write("{\"x\":{\"dtype\":\"F31\",\"shape\":[],\"data_offsets\":[0,0]}}", none),
        "x holds F31, which is no known type");
    refused(
        write("{\"x\":{\"dtype\":\"F32\",\"shape\":[[[]]],\"data_offsets\":[0,0]}}", none),
        "its header is no right JSON: Depth (4) exceeds the maximum allowed nesting depth (3)");
    refused(write("{\"__metadata__\":{\"a\":1}}", none), "__metadata__ must hold texts");
    refused(
        write("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", none),
        "its header is no right JSON: Duplicate field 'a'");
    refused(
        write(
            IntStream.rangeClosed(0, 100_000)
                .mapToObj(i -> tensor("x" + i, "0", "0,0"))
                .collect(Collectors.joining(",", "{", "}")),
            none),
        "it has more than 100000 arrays");
  }

  @Test
  void aFileThatChangesBetweenIsNotReadByItsOldHeader() throws IOException {
    Path path = resource("python_f32.safetensors");
    Safetensors file = Safetensors.open(HADOOP, path.toString());
    Files.copy(
        resource("python.safetensors"), path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> values(file, "scalar"))
        .hasMessageEndingWith("it has changed since it was opened");
  }
}
