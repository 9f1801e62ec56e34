// Draws every <div data-map="script-id"> from the Map (pages/maps.py) in that script. No call leaves the bank unless it names its own tiles.
"use strict";

(() => {
  const page = JSON.parse(document.getElementById("page-texts").textContent);
  const COLOURS = ["#0b4a82", "#b3342d", "#2f7d4f", "#8d5aa5", "#b97b00", "#1f7f95", "#7a4a21", "#c2417c", "#4b5fa8", "#5d6b1d"];
  const GROUND = { color: "#d3dce4", weight: 1, interactive: false };
  const DONE = { planned: "", done: "✓", missed: "–" };

  const text = (tag, content, css) => {
    const element = document.createElement(tag);
    element.textContent = content;
    if (css) element.className = css;
    return element;
  };
  const picture = (element, size) => L.divIcon({ html: element, className: "", iconSize: [size, size], iconAnchor: [size / 2, size / 2] });

  const popup = (stop, crew) => {
    const box = document.createElement("div");
    box.append(text("span", `${stop.number}. ${stop.title}`, "map-popup-title"));
    if (crew) box.append(text("div", crew, "data"));
    for (const line of stop.lines) box.append(text("div", line));
    if (stop.url) {
      const link = text("a", page.open);
      link.href = stop.url;
      box.append(link);
    }
    return box;
  };

  const stopMarker = (stop, colour, crew) => {
    const dot = text("span", DONE[stop.state] || String(stop.number), "map-stop");
    dot.style.cssText = `background:${colour};width:26px;height:26px`;
    const name = `${stop.number}. ${stop.title}`;
    return L.marker([stop.lat, stop.lon], { icon: picture(dot, 26), title: name, alt: name, keyboard: true }).bindPopup(popup(stop, crew));
  };

  const depotMarker = (depot) => {
    const square = text("span", page.depotSign, "map-depot");
    square.style.cssText = "width:26px;height:26px";
    return L.marker([depot.lat, depot.lon], { icon: picture(square, 26), title: depot.text, alt: depot.text }).bindPopup(depot.text);
  };

  const labelMarker = (label) => L.marker([label.lat, label.lon], {
    icon: L.divIcon({ html: text("span", label.text), className: "map-label", iconSize: null, iconAnchor: [0, 8] }), interactive: false, keyboard: false,
  });

  // Lines every tenth of a degree stand in for a ground map: enough to judge distance.
  const graticule = (bounds) => {
    const lines = [];
    const wide = bounds.pad(1);
    for (let lat = Math.floor(wide.getSouth() * 10) / 10; lat <= wide.getNorth(); lat += 0.1) lines.push([[lat, wide.getWest()], [lat, wide.getEast()]]);
    for (let lon = Math.floor(wide.getWest() * 10) / 10; lon <= wide.getEast(); lon += 0.1) lines.push([[wide.getSouth(), lon], [wide.getNorth(), lon]]);
    return L.layerGroup(lines.map((line) => L.polyline(line, GROUND)));
  };

  const routeLayer = (route, colour) => {
    const line = route.line.length ? route.line : route.stops.map((stop) => [stop.lat, stop.lon]);
    const way = L.polyline(line, { color: colour, weight: 3, opacity: 0.75, interactive: false });
    return L.layerGroup([way, ...route.stops.map((stop) => stopMarker(stop, colour, route.crew))]);
  };

  const legendEntry = (crew, colour) => {
    const entry = document.createElement("span");
    const swatch = text("span", "", "map-swatch");
    swatch.setAttribute("data-colour", colour);
    entry.append(swatch, text("span", crew, "data"));
    return entry.outerHTML;
  };

  // One crew stands out, the others fade; "" brings all of them back.
  const light = (routes, crew) => {
    for (const [name, layer] of routes) {
      const faded = crew && name !== crew;
      layer.eachLayer((part) => (part.setStyle ? part.setStyle({ opacity: faded ? 0.12 : 0.75 }) : part.setOpacity(faded ? 0.25 : 1)));
    }
  };

  const draw = (box) => {
    if (box.dataset.drawn) return;
    box.dataset.drawn = "yes";
    const plan = JSON.parse(document.getElementById(box.dataset.map).textContent);
    const map = L.map(box, { attributionControl: Boolean(page.tiles), zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
    L.control.zoom({ zoomInTitle: page.zoomIn, zoomOutTitle: page.zoomOut }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    const points = [...plan.routes.flatMap((route) => [...route.stops.map((s) => [s.lat, s.lon]), ...route.line]), ...plan.loose.map((s) => [s.lat, s.lon]), ...plan.depots.map((d) => [d.lat, d.lon])];
    const all = points.length ? points : plan.labels.map((l) => [l.lat, l.lon]);
    const bounds = L.latLngBounds(all.length ? all : [[37.45, 116.3]]).pad(0.08);
    map.fitBounds(bounds, { maxZoom: 14 });
    (page.tiles ? L.tileLayer(page.tiles) : graticule(map.getBounds())).addTo(map);
    plan.labels.forEach((label) => labelMarker(label).addTo(map));
    const crews = {};
    const routes = [];
    plan.routes.forEach((route, i) => {
      const colour = COLOURS[i % COLOURS.length];
      const layer = routeLayer(route, colour).addTo(map);
      crews[legendEntry(route.crew, colour)] = layer;
      routes.push([route.crew, layer]);
    });
    document.addEventListener("zoufang:crew", (event) => light(routes, event.detail));
    plan.loose.forEach((stop) => stopMarker(stop, "#6b7885", "").addTo(map));
    plan.depots.forEach((depot) => depotMarker(depot).addTo(map));
    if (plan.routes.length) L.control.layers(null, crews, { collapsed: plan.routes.length > 12 || box.clientWidth < 500 }).addTo(map);
    for (const swatch of box.querySelectorAll("[data-colour]")) swatch.style.background = swatch.dataset.colour;
    box.querySelector(".leaflet-control-layers-toggle")?.setAttribute("title", page.crews);
    new ResizeObserver(() => map.invalidateSize()).observe(box);
  };
  const drawAll = (root) => root.querySelectorAll("[data-map]").forEach(draw);
  drawAll(document);
  document.addEventListener("htmx:afterSwap", (event) => drawAll(event.target));
})();
