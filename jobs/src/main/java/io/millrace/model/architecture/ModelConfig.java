package io.millrace.model.architecture;

import io.millrace.settings.Key;

/** The network. */
public record ModelConfig(
    @Key(doc = "The network.", value = "cifar-resnet", inline = true) Architecture architecture) {}
