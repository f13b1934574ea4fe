package dev.lading.cli.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, as Maven sets it. */
public final class LadingVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        Properties properties = new Properties();
        try (InputStream file = LadingVersion.class.getResourceAsStream("lading.properties")) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read lading.properties", e);
        }
        return new String[] {"lading " + properties.getProperty("version")};
    }
}
