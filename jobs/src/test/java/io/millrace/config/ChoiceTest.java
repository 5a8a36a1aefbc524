package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.Dl4jNetwork;
import io.millrace.model.architecture.ResNet50;
import io.millrace.model.init.Fan;
import io.millrace.model.init.Gain;
import io.millrace.model.init.InitConfig;
import io.millrace.model.init.InitRule;
import io.millrace.model.init.KaimingNormal;
import io.millrace.model.init.Orthogonal;
import io.millrace.model.init.XavierUniform;
import io.millrace.recipe.Course;
import io.millrace.recipe.Exponential;
import io.millrace.recipe.Momentum;
import io.millrace.recipe.ParameterGroup;
import io.millrace.recipe.Polynomial;
import io.millrace.recipe.Schedule;
import io.millrace.recipe.Sgd;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import io.millrace.settings.OneOf;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  private static RunConfig read(String yaml, String... overrides) {
    return ConfigReader.read("run.yaml", yaml, List.of(overrides));
  }

  /** A user's own schedule. */
  public record Halved(@Key(doc = "Divisor.", value = "2", min = 1) int divisor)
      implements Schedule {
    @Override
    public double rate(Course course, long update) {
      return course.peak() / divisor;
    }
  }

  /** What one may choose. */
  @OneOf({Bare.class, Keyed.class})
  interface Choice {}

  @Named(value = "bare", doc = "Nothing to say.")
  record Bare() implements Choice {}

  @Named(value = "keyed", doc = "One key.")
  record Keyed(@Key(doc = "A number.", value = "3") int number) implements Choice {}

  record Section(
      @Key(doc = "One.", value = "bare") Choice one,
      @Key(doc = "Many.", value = "[]") List<Choice> many) {}

  private static Section section(String yaml) {
    return ConfigReader.read(Section.class, "run.yaml", yaml, List.of());
  }

  @Test
  void aChoiceIsItsNameOrItsNameWithKeys() {
    assertThat(section("").one()).isEqualTo(new Bare());
    assertThat(section("one: keyed").one()).isEqualTo(new Keyed(3));
    assertThat(section("one: {keyed: {number: 4}}").one()).isEqualTo(new Keyed(4));
    assertThat(section("one: {kind: keyed, number: 4}").one()).isEqualTo(new Keyed(4));
    assertThat(section("many: [bare, keyed: {number: 1}, {kind: keyed, number: 2}]").many())
        .containsExactly(new Bare(), new Keyed(1), new Keyed(2));
  }

  @Test
  void whatIsNoChoiceIsRefusedByLine() {
    assertThatThrownBy(() -> section("one:\n  kind: other"))
        .hasMessageContaining("run.yaml:1: Invalid one: other (must be one of bare, keyed, or the");
    assertThatThrownBy(() -> section("one: {keyed: {numbre: 1}}"))
        .hasMessageContaining("Unknown key one.keyed.numbre (did you mean one.keyed.number?)");
    assertThatThrownBy(() -> section("one: {number: 1, bare: 2}"))
        .hasMessageContaining("Invalid one: keys and values (must be one of bare, keyed");
  }

  @Test
  void keysOfAnInlineChoiceStandBesideItsName() {
    assertThat(read("optimizer: {kind: momentum, momentum: 0.8}").optimizer().kind())
        .isEqualTo(new Momentum(0.8));
    assertThat(read("optimizer: {kind: sgd, weightDecay: 0}").optimizer().kind())
        .isEqualTo(new Sgd());
    assertThat(read("", "optimizer.momentum=0.8", "optimizer.kind=momentum").optimizer().kind())
        .isEqualTo(new Momentum(0.8));
  }

  @Test
  void aKeyOfAnotherChoiceIsRefused() {
    assertThatThrownBy(() -> read("optimizer:\n  kind: sgd\n  momentum: 0.9"))
        .hasMessageContaining(
            "run.yaml:3: Invalid optimizer.momentum: optimizer.kind is sgd, which has no such key"
                + " (momentum, nesterov, rmsprop, lars have)");
    assertThatThrownBy(() -> read("learningRate: {schedule: cosine, gama: 1}"))
        .hasMessageContaining("Unknown key learningRate.gama");
  }

  @Test
  void aKeyThatStandsBesideAChoiceIsSuggested() {
    assertThatThrownBy(() -> read("", "momentum=0.8"))
        .hasMessageContaining("Unknown key momentum (did you mean optimizer.momentum?)");
  }

  /** A record that says nothing of its keys. */
  public record Mute(int divisor) implements Schedule {
    @Override
    public double rate(Course course, long update) {
      return course.peak() / divisor;
    }
  }

  @Test
  void aClassWhoseKeysAreUnknownIsRefused() {
    assertThatThrownBy(() -> read("learningRate: {schedule: '%s'}".formatted(Mute.class.getName())))
        .hasMessageContaining("Invalid learningRate.schedule: " + Mute.class.getName());
  }

  @Test
  void aFlagMayGiveAChoiceWithItsKeys() {
    assertThat(read("", "learningRate.schedule={polynomial: {power: 3}}").learningRate().schedule())
        .isEqualTo(new Polynomial(3, 0));
  }

  @Test
  void groupsOfParametersAreRecordsInAList() {
    RunConfig config =
        read(
            """
            optimizer:
              kind: adamw
              groups:
                - {names: "stem*", rate: 0.1}
                - {layers: 0..-2, schedule: {exponential: {gamma: 0.8}}}
                - {layers: -1, frozen: true}
            """);
    assertThat(config.optimizer().groups())
        .containsExactly(
            new ParameterGroup("stem*", null, 0.1, null, null, null, null, false),
            new ParameterGroup(null, "0..-2", 1, null, null, null, new Exponential(0.8), false),
            new ParameterGroup(null, "-1", 1, null, null, null, null, true));
    assertThat(read(ConfigWriter.yaml(config))).isEqualTo(config);
    assertThatThrownBy(() -> read("optimizer: {groups: [{layers: first}]}"))
        .hasMessageContaining(
            "Invalid optimizer.groups[0].layers: first (must be an index or first..last)");
  }

  @Test
  void rulesOfInitialisersAreRecordsInAListWhoseKindIsGiven() {
    RunConfig config =
        read(
            """
            init:
              kind: xavier-uniform
              gain: tanh
              rules:
                - {names: "stem*", kind: kaiming-normal, fan: out, gain: leaky-relu, slope: 0.2}
                - {layers: -1, kind: orthogonal}
            """);
    assertThat(config.init())
        .isEqualTo(
            new InitConfig(
                new XavierUniform(Gain.TANH, null),
                null,
                List.of(
                    new InitRule("stem*", null, new KaimingNormal(Fan.OUT, Gain.LEAKY_RELU, 0.2)),
                    new InitRule(null, "-1", new Orthogonal(Gain.LINEAR, null)))));
    assertThat(read(ConfigWriter.yaml(config))).isEqualTo(config);
    assertThatThrownBy(() -> read("init:\n  rules:\n    - {names: stem*, fan: in}"))
        .hasMessage("run.yaml:3: Missing init.rules[0].kind (How they start.)");
    assertThatThrownBy(() -> read("init: {rules: [{kind: orthogonal, slope: 0.2}]}"))
        .hasMessage(
            "run.yaml:1: Invalid init.rules[0].slope: 0.2 (must be null where gain is not"
                + " leaky-relu)");
    assertThatThrownBy(() -> read("init: {from: model.zip, rules: [{kind: orthogonal}]}"))
        .hasMessage(
            "run.yaml:1: Invalid init.rules: 1 given (must be none where from is given, whose"
                + " weights are all taken)");
  }

  @Test
  void aNetworkIsChosenWithItsKeysAndThoseOfOthersAreRefused() {
    assertThat(read("model: {architecture: resnet50, zeroGamma: false}").model().architecture())
        .isEqualTo(new ResNet50(false));
    assertThat(read("model: {depth: 14, shortcut: identity}").model().architecture())
        .isEqualTo(new CifarResNet(14, 16, CifarResNet.Shortcut.IDENTITY, true));
    RunConfig given = read("model: {architecture: dl4j, configuration: net.json}");
    assertThat(given.model().architecture()).isEqualTo(new Dl4jNetwork("net.json", true));
    assertThat(read(ConfigWriter.yaml(given))).isEqualTo(given);
    assertThatThrownBy(() -> read("model:\n  configuration: net.json"))
        .hasMessage(
            "run.yaml:2: Invalid model.configuration: model.architecture is cifar-resnet, which has"
                + " no such key (dl4j has)");
    assertThatThrownBy(() -> read("model: {architecture: resnet50, depth: 20}"))
        .hasMessage(
            "run.yaml:1: Invalid model.depth: model.architecture is resnet50, which has no such key"
                + " (cifar-resnet, resnet, wide-resnet, vgg have)");
    assertThatThrownBy(() -> read("model: {architecture: dl4j}"))
        .hasMessageStartingWith("run.yaml:1: Missing model.configuration (Path of the JSON");
  }

  @Test
  void whatInitUsedToBeIsAnswered() {
    String answer =
        " (must be given as init.from, the path of a model.zip, or init.kind, an initialiser)";
    assertThatThrownBy(() -> read("seed: 1\ninit: kaiming"))
        .hasMessage("run.yaml:2: Invalid init: kaiming" + answer);
    assertThatThrownBy(() -> read("", "init=out/run/model.zip"))
        .hasMessage("--set init=out/run/model.zip: Invalid init: out/run/model.zip" + answer);
  }

  @Test
  void aKeyThatWasRenamedIsAnsweredWithItsNewName() {
    assertThatThrownBy(() -> read("learningRate: {linearScaling: false}"))
        .hasMessageContaining(
            "Unknown key learningRate.linearScaling (it is learningRate.scaling now, one of linear,"
                + " square-root, none)");
  }

  @Test
  void aClassOfTheUsersIsChosenByItsFullName() {
    String own = Halved.class.getName();
    RunConfig config = read("learningRate: {schedule: '%s', divisor: 4}".formatted(own));
    assertThat(config.learningRate().schedule()).isEqualTo(new Halved(4));
    assertThat(read(ConfigWriter.yaml(config))).isEqualTo(config);
    assertThatThrownBy(() -> read("learningRate: {schedule: java.lang.String}"))
        .hasMessageContaining("Invalid learningRate.schedule: java.lang.String (must be one of");
    assertThatThrownBy(() -> read("learningRate: {schedule: com.example.Nothing}"))
        .hasMessageContaining("com.example.Nothing (must be one of constant, ");
  }

  @Test
  void whatIsListedIsARecordWithANameAndKeys() {
    List<Class<?>> choices =
        new ArrayList<>(ChoiceSamples.types(RunConfig.class, new LinkedHashSet<>()));
    assertThat(choices).hasSizeGreaterThan(2);
    for (Class<?> type : choices) {
      Set<String> names = Choices.of(type).keySet();
      assertThat(names).allMatch(name -> name.matches("[a-z0-9]+([_-][a-z0-9]+)*"));
      assertThat(names).hasSameSizeAs(type.getAnnotation(OneOf.class).value());
      for (Class<? extends Record> choice : Choices.of(type).values()) {
        assertThat(type).isAssignableFrom(choice);
        assertThat(choice.getRecordComponents())
            .allMatch(component -> component.isAnnotationPresent(Key.class))
            .noneMatch(component -> component.getName().equals("kind"));
      }
    }
  }
}
