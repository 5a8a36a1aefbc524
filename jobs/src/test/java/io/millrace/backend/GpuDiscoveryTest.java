package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** deploy/gpu-discovery on a machine whose nvidia-smi is a script. */
class GpuDiscoveryTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("basedir", ".")).resolve("../deploy/gpu-discovery");

  private static final String CUT =
      """
      0, GPU-0a, Disabled
      1, GPU-1b, Enabled
      2, GPU-2c, [N/A]
      10, GPU-10d, Enabled
      """;

  /** As NVIDIA's MIG user guide shows it, with UUIDs of new and of old drivers. */
  private static final String LIST =
      """
      GPU 0: NVIDIA A10 (UUID: GPU-0a)
      GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-1b)
        MIG 3g.20gb     Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f)
        MIG 1g.5gb      Device  1: (UUID: MIG-GPU-1b/7/0)
      GPU 2: Tesla T4 (UUID: GPU-2c)
      GPU 10: NVIDIA A100-SXM4-40GB (UUID: GPU-10d)
      """;

  @TempDir private Path folder;

  private record Said(int code, String out) {
    /** Addresses in the form that Spark's ResourceInformation reads. */
    List<String> addresses() throws IOException {
      JsonNode json = new ObjectMapper().readTree(out);
      assertThat(json.fieldNames()).toIterable().containsExactly("name", "addresses");
      assertThat(json.get("name").asText()).isEqualTo("gpu");
      List<String> addresses = new ArrayList<>();
      json.get("addresses").forEach(each -> addresses.add(each.asText()));
      return addresses;
    }
  }

  @BeforeEach
  void makeATool() throws IOException {
    tool(CUT, LIST);
  }

  private void tool(String cut, String list) throws IOException {
    Path tool = folder.resolve("nvidia-smi");
    Files.writeString(
        tool,
        """
        #!/bin/sh
        case "$*" in
          *mig.mode.current*) %s ;;
          *index,uuid*) printf '0, GPU-0a\\n1, GPU-1b\\n' ;;
          -L) cat << END
        %sEND
        esac
        """
            .formatted(cut == null ? "exit 2" : "cat << END\n" + cut + "END\n", list));
    assertThat(tool.toFile().setExecutable(true)).isTrue();
  }

  private Said discover(String visible) throws Exception {
    ProcessBuilder script = new ProcessBuilder("bash", SCRIPT.toString()).redirectErrorStream(true);
    script.environment().put("PATH", folder + ":" + System.getenv("PATH"));
    script.environment().remove(Devices.VISIBLE);
    if (visible != null) {
      script.environment().put(Devices.VISIBLE, visible);
    }
    Process process = script.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), out);
  }

  @Test
  void wholeGpusAreNumbersAndCutOnesTheirInstances() throws Exception {
    assertThat(discover(null).addresses())
        .containsExactly("0", "MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f", "MIG-GPU-1b/7/0", "2");
  }

  @Test
  void onlyWhatCudaIsShownIsFoundAndInThatOrder() throws Exception {
    assertThat(discover("2,0").addresses()).containsExactly("2", "0");
    assertThat(discover("GPU-2, MIG-GPU-1b").addresses()).containsExactly("GPU-2", "MIG-GPU-1b");
    assertThat(discover("0,-1,2").addresses()).containsExactly("0");
    assertThat(discover("").addresses()).isEmpty();
    assertThat(discover("10").addresses()).isEmpty(); // cut, but into nothing yet
  }

  @Test
  void aDriverFromBeforeMigIsUnderstood() throws Exception {
    tool(null, "GPU 0: Tesla V100 (UUID: GPU-0a)\nGPU 1: Tesla V100 (UUID: GPU-1b)\n");
    assertThat(discover(null).addresses()).containsExactly("0", "1");
  }

  @Test
  void whatTheToolSaysBesideIsNoGpu() throws Exception {
    tool(CUT + "WARNING: infoROM is corrupted at gpu 0000:00:1E.0\n", LIST);
    assertThat(discover(null).addresses()).hasSize(4).endsWith("2");
    tool("No devices were found\n", "No devices were found\n");
    assertThat(discover(null).addresses()).isEmpty();
  }

  @Test
  void aGpuThatIsShownTwiceIsRefused() throws Exception {
    assertThat(discover("2,0,2"))
        .isEqualTo(
            new Said(
                1,
                "error: Cannot find GPUs: CUDA_VISIBLE_DEVICES names 2 twice (must name each"
                    + " once)\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,GPU-0a|names 0 twice, as 0 and as GPU-0a (must name each once)",
        "GPU-2,GPU-2c|names 2 twice, as GPU-2 and as GPU-2c (must name each once)",
        "1,MIG-GPU-1b|names MIG-GPU-1b/7/0 twice, as 1 and as MIG-GPU-1b (must name each once)",
        "GPU-|says GPU-, with which the UUIDs of 2 begin (must be enough of one to tell it)",
        "MIG-|says MIG-, with which the UUIDs of 2 begin (must be enough of one to tell it)"
      })
  void aGpuThatIsShownByAnotherNameOrByNoneOfItsOwnIsRefused(String visible, String message)
      throws Exception {
    assertThat(discover(visible))
        .isEqualTo(new Said(1, "error: Cannot find GPUs: CUDA_VISIBLE_DEVICES " + message + "\n"));
  }

  @Test
  void aToolThatFailsIsSaidInOneLine() throws Exception {
    Path tool = folder.resolve("nvidia-smi");
    Files.writeString(
        tool, "#!/bin/sh\necho 'Failed to initialize NVML:\nDriver mismatch'; exit 18");
    assertThat(discover(null))
        .isEqualTo(
            new Said(
                1,
                "error: Cannot find GPUs: nvidia-smi says: Failed to initialize NVML: Driver"
                    + " mismatch\n"));
  }
}
