package dev.winnow.curation.http;

import dev.winnow.curation.map.DatasetMaps;
import dev.winnow.curation.map.MapView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** The last map of a dataset, with the images that arrived since. */
@Path("/v1/datasets/{dataset}/map")
@RunOnVirtualThread
public class MapResource {

    private final DatasetMaps maps;

    MapResource(DatasetMaps maps) {
        this.maps = maps;
    }

    @GET
    public MapView get(String dataset) {
        return maps.view(dataset);
    }
}
