package dev.lading.console.image;

import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param looked at how many repositories, at most
 * @param more whether there are repositories that were not looked at
 */
record UsedPage(Frame page, SeenImage image, List<ImageUses.Use> uses, int looked, boolean more)
        implements TemplateInstance {}
