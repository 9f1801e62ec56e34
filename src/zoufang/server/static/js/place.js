// A click on the page's map fills the form with that spot; loaded before map.js, which makes the map.
"use strict";

(() => {
  const field = (name) => document.querySelector(`form [name="${name}"]`);
  L.Map.addInitHook(function choose() {
    let marker = null;
    this.on("click", ({ latlng }) => {
      field("lat").value = latlng.lat.toFixed(6);
      field("lon").value = latlng.lng.toFixed(6);
      field("datum").value = "WGS-84";
      marker = marker || L.circleMarker(latlng, { radius: 9, color: "#b3342d" }).addTo(this);
      marker.setLatLng(latlng);
    });
  });
})();
