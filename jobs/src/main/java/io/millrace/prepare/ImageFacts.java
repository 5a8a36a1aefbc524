package io.millrace.prepare;

import java.io.Serializable;

/** Shape in pixels and channel sums of one image as it will be stored. */
record ImageFacts(int height, int width, ChannelSums sums) implements Serializable {}
