package io.millrace.check;

import io.millrace.minibatch.Mixup;
import io.millrace.recipe.Adam;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.pitest.mutationtest.MutationResultListenerFactory;
import org.pitest.mutationtest.config.PluginServices;
import org.pitest.mutationtest.config.ReportOptions;
import org.pitest.mutationtest.config.Services;
import org.pitest.mutationtest.config.ServicesFromClassLoader;
import org.pitest.mutationtest.tooling.AnalysisResult;
import org.pitest.mutationtest.tooling.EntryPoint;
import org.pitest.testapi.TestGroupConfig;
import org.pitest.util.Glob;
import org.pitest.util.Verbosity;

/**
 * Every formula altered by an operator, a sign, a factor or a function left out, each by itself,
 * and its tests run: {@code deploy/check mutants}. An alteration that no test notices is a failure,
 * unless it stands among the {@link EquivalentMutants}; an entry there that matches nothing is one
 * too. {@code JAVA_TOOL_OPTIONS=-Dmutants=io.millrace.recipe.Adam*} tries some classes alone.
 *
 * <p>PIT alters compiled classes and runs in a JVM for each of them the tests that reach the line,
 * the fastest first, until one fails.
 */
public final class MutantsCheck implements Check {
  /** Where formulas stand. */
  private static final List<String> CLASSES =
      List.of(
          "io.millrace.recipe.*",
          "io.millrace.exchange.*",
          "io.millrace.model.init.*",
          "io.millrace.minibatch.*",
          "io.millrace.precision.*",
          "io.millrace.wire.Bfloat16",
          "io.millrace.replica.ScaledGradient",
          "io.millrace.lrfind.Curve*",
          "io.millrace.lrfind.RangeTest",
          "io.millrace.random.Normal",
          "io.millrace.settings.Portion",
          "io.millrace.image.Blend",
          "io.millrace.image.Brightness",
          "io.millrace.image.Contrast",
          "io.millrace.image.Draws",
          "io.millrace.image.Gaussian*",
          "io.millrace.image.Grayscale",
          "io.millrace.image.Hsv",
          "io.millrace.image.Hue",
          "io.millrace.image.Levels",
          "io.millrace.image.Luma",
          "io.millrace.image.PcaLighting",
          "io.millrace.image.QuarterTurn",
          "io.millrace.image.RandAugment*",
          "io.millrace.image.RandomChoice",
          "io.millrace.image.RandomErasing",
          "io.millrace.image.RandomResize",
          "io.millrace.image.RandomScale",
          "io.millrace.image.Rotate",
          "io.millrace.image.Saturation",
          "io.millrace.image.Sharpness",
          "io.millrace.image.Sometimes",
          "io.millrace.image.Warp",
          "io.millrace.diagnostics.BatchNormDrift",
          "io.millrace.diagnostics.Bins",
          "io.millrace.diagnostics.ChannelSums",
          "io.millrace.diagnostics.DeadUnits",
          "io.millrace.diagnostics.GradientNorm",
          "io.millrace.diagnostics.Lanes",
          "io.millrace.diagnostics.Sampling",
          "io.millrace.diagnostics.UpdateRatio",
          "io.millrace.diagnostics.WeightNorm",
          "io.millrace.evaluate.Calibration*",
          "io.millrace.evaluate.ClassQuality",
          "io.millrace.series.Spread");

  /** What stands beside them: configs, and what only Spark calls. */
  private static final List<String> WITHOUT_FORMULA =
      List.of(
          "io.millrace.*Test",
          "io.millrace.*Config",
          "io.millrace.exchange.Averaging",
          "io.millrace.exchange.*Reduce",
          "io.millrace.recipe.Oracle");

  /** What says a formula in words, refuses keys or names DL4J's form of it. */
  private static final List<String> METHODS_WITHOUT_FORMULA =
      List.of(
          "words*",
          "text",
          "toString",
          "name",
          "equals",
          "hashCode",
          "check*",
          "refuse*",
          "stock",
          "hasSteps",
          "always",
          "isAlwaysOne",
          "lambda$new$*");

  /** Fast ones, none of which starts Spark. */
  private static final List<String> TESTS =
      List.of(
          "io.millrace.recipe.*Test",
          "io.millrace.exchange.*Test",
          "io.millrace.epoch.RoundCutTest",
          "io.millrace.model.init.*Test",
          "io.millrace.minibatch.*Test",
          "io.millrace.precision.*Test",
          "io.millrace.replica.ScaledGradientTest",
          "io.millrace.lrfind.CurveTest",
          "io.millrace.random.NormalTest",
          "io.millrace.settings.PortionTest",
          "io.millrace.image.Augmentation*Test",
          "io.millrace.image.ImageOperationContractTest",
          "io.millrace.image.ImageOperationsTest",
          "io.millrace.image.ImagePipelineTest",
          "io.millrace.diagnostics.*Test",
          "io.millrace.evaluate.ClassificationOracleTest",
          "io.millrace.series.SpreadTest");

  private static final List<String> MUTATORS =
      List.of(
          "MATH",
          "INVERT_NEGS",
          "INLINE_CONSTS",
          "EXPERIMENTAL_ARGUMENT_PROPAGATION",
          "EXPERIMENTAL_NAKED_RECEIVER");

  @Override
  public void run(CheckReport report) throws Exception {
    String wanted = System.getProperty("mutants");
    EquivalentMutants equivalent = EquivalentMutants.read();
    ReportOptions options = options(wanted == null ? CLASSES : List.of(wanted.split(",")));
    MutantLog log = new MutantLog(report, equivalent, count(options));
    AnalysisResult result =
        new EntryPoint()
            .execute(new File("."), options, new PluginServices(services(log)), Map.of());
    if (result.getError().isPresent()) {
      throw result.getError().get();
    }
    if (wanted == null) {
      equivalent.unmatched().forEach(report::fail);
    }
  }

  private static ReportOptions options(List<String> classes) throws Exception {
    ReportOptions options = new ReportOptions();
    options.setTargetClasses(classes);
    options.setExcludedClasses(WITHOUT_FORMULA);
    options.setExcludedMethods(METHODS_WITHOUT_FORMULA);
    options.setTargetTests(Glob.toGlobPredicates(TESTS));
    options.setMutators(MUTATORS);
    options.setGroupConfig(new TestGroupConfig());
    options.setMutationEngine("gregor");
    options.setIncludeLaunchClasspath(true);
    options.setClassPathElements(
        List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    options.setCodePaths(List.of(folder(Adam.class).toString(), folder(Mixup.class).toString()));
    options.setSourceDirs(List.of());
    options.setReportDir(Files.createTempDirectory("mutants").toString());
    options.setShouldCreateTimestampedReports(false);
    options.addOutputFormats(List.of(MutantLog.NAME));
    options.setNumberOfThreads(1);
    options.setTimeoutConstant(Duration.ofSeconds(20).toMillis());
    options.setTimeoutFactor(1.5f);
    options.setFailWhenNoMutations(true);
    options.setVerbosity(Verbosity.QUIET);
    options.setInputEncoding(Charset.defaultCharset());
    options.setOutputEncoding(Charset.defaultCharset());
    options.addChildJVMArgs(flags());
    return options;
  }

  /** Classes that are wanted, those included that turn out to have no formula. */
  private static int count(ReportOptions options) throws Exception {
    List<String> names = new ArrayList<>();
    for (String root : options.getCodePaths()) {
      Path top = Path.of(root);
      try (Stream<Path> files = Files.walk(top)) {
        files
            .map(file -> top.relativize(file).toString().replace(File.separatorChar, '.'))
            .filter(file -> file.endsWith(".class"))
            .map(file -> file.substring(0, file.length() - ".class".length()))
            .forEach(names::add);
      }
    }
    Predicate<String> out =
        name -> Glob.toGlobPredicates(WITHOUT_FORMULA).stream().anyMatch(glob -> glob.test(name));
    return (int) names.stream().filter(options.getTargetClassesFilter().and(out.negate())).count();
  }

  private static Path folder(Class<?> one) throws URISyntaxException {
    return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Those of this JVM, and less memory: what follows counts. */
  private static List<String> flags() {
    List<String> flags =
        new ArrayList<>(
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-Xmx"))
                .toList());
    flags.addAll(
        List.of(
            "-Xmx2g",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            // An altered offset may end in native memory.
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
    return flags;
  }

  /** Those of PIT, and the log among its listeners. */
  private static Services services(MutationResultListenerFactory log) {
    Services ofPit = new ServicesFromClassLoader(MutantsCheck.class.getClassLoader());
    return new Services() {
      @Override
      public <S> Collection<S> load(Class<S> type) {
        List<S> all = new ArrayList<>(ofPit.load(type));
        if (Objects.equals(type, MutationResultListenerFactory.class)) {
          all.add(type.cast(log));
        }
        return all;
      }
    };
  }
}
