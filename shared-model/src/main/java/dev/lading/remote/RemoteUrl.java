package dev.lading.remote;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.net.URISyntaxException;

/**
 * An http or https address in a remote's settings.
 *
 * @param text as it was given, which is what is stored and shown
 * @param address what it means; its port may be out of range in records of earlier builds
 */
public record RemoteUrl(String text, HttpAddress address) {
    /**
     * The value of a field. Credentials in it are refused, since it is shown.
     *
     * @throws FieldInvalid if it is no address
     */
    public static RemoteUrl of(String field, String text) {
        if (HttpAddress.hasUserInformation(text)) {
            throw new FieldInvalid(field, "credentials go into the fields for them, not into the address");
        }
        try {
            return new RemoteUrl(text, HttpAddress.parse(text));
        } catch (URISyntaxException e) {
            throw new FieldInvalid(
                    field, "this must be an address with http:// or https:// and a host: " + e.getReason());
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static RemoteUrl stored(String text) {
        return new RemoteUrl(text, HttpAddress.of(text));
    }

    /** @throws FieldInvalid if the port is out of range */
    void requirePort(String field) {
        if (!address.hasPossiblePort()) {
            throw new FieldInvalid(
                    field, "there is no port " + address.port().orElse(0) + "; ports are from 1 to 65535");
        }
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
