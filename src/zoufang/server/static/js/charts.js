// Draws every <div data-chart="script-id"> from the Chart (pages/charts.py) in that script. The table below it holds the same numbers.
"use strict";

(() => {
  const page = JSON.parse(document.getElementById("page-texts").textContent);
  const language = document.documentElement.lang === "en" ? "en-US" : "zh-CN";
  const TONES = { blue: "#0b4a82", sky: "#3f9fb5", green: "#2f7d4f", red: "#b3342d", yellow: "#b97b00", secondary: "#8795a3" };
  const PALETTE = ["#0b4a82", "#c9822b", "#2f7d4f", "#8d5aa5", "#3f9fb5", "#b3342d", "#6b7885", "#a6a83a"];
  const FACE = getComputedStyle(document.body).fontFamily;
  const fixed = (digits) => new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const brief = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });

  const inUnit = (fen) => fen / (page.unit === "wan" ? 1_000_000 : 100);
  const shown = (value, unit) => {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    if (unit === "money") return `${fixed(2).format(inUnit(value))} ${page.unitLabel}`;
    if (unit === "percent") return `${fixed(1).format(value * 100)}%`;
    return whole.format(value);
  };
  const onAxis = (value, unit) => {
    if (unit === "money") return brief.format(inUnit(value));
    return unit === "percent" ? `${whole.format(value * 100)}%` : brief.format(value);
  };

  const frame = (chart) => ({
    animation: false,
    color: PALETTE,
    textStyle: { fontFamily: FACE, color: "#1b2733" },
    grid: { left: 8, right: 16, top: chart.series.length > 1 ? 40 : 16, bottom: 8, containLabel: true },
    // Drawn on the canvas, because the content policy forbids style attributes in inserted HTML.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, valueFormatter: (value) => shown(value, chart.unit) },
    xAxis: { type: "category", data: chart.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: "#9aa8b5" } }, axisLabel: { color: "#44525f", hideOverlap: true } },
    yAxis: { type: "value", splitLine: { lineStyle: { color: "#e6ebf0" } }, axisLabel: { color: "#44525f", formatter: (value) => onAxis(value, chart.unit) } },
    aria: { enabled: true, decal: { show: chart.kind === "bar" && chart.series.length > 1 } },
  });
  const legend = { top: 0, left: 0, type: "scroll", icon: "roundRect", itemWidth: 14, itemHeight: 10, textStyle: { color: "#1b2733" } };
  const colour = (series) => (TONES[series.tone] ? { color: TONES[series.tone] } : {});
  const mark = (chart) => (chart.reference === null ? {} : {
    markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: "#5b6874", type: "dashed" }, data: [{ yAxis: chart.reference }] },
  });

  const DRAWN = {
    bar: (chart) => ({
      ...frame(chart),
      legend: chart.series.length > 1 ? legend : undefined,
      series: chart.series.map((s, i) => ({ type: "bar", name: s.name, data: s.values, stack: s.stack || undefined, barMaxWidth: 44, itemStyle: { ...colour(s), borderRadius: s.stack ? 0 : [3, 3, 0, 0] }, ...(i === 0 ? mark(chart) : {}) })),
    }),
    line: (chart) => ({
      ...frame(chart),
      legend: chart.series.length > 1 ? legend : undefined,
      series: chart.series.map((s, i) => ({ type: "line", name: s.name, data: s.values, symbolSize: 6, lineStyle: { width: 2.5, ...colour(s) }, itemStyle: colour(s), ...(i === 0 ? mark(chart) : {}) })),
    }),
    heatmap: (chart) => {
      const cells = chart.series.flatMap((row, y) => row.values.map((value, x) => [x, y, value]));
      const top = Math.max(...cells.map((cell) => cell[2] ?? 0), 1e-9);
      return {
        ...frame(chart),
        grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
        tooltip: { renderMode: "richText", confine: true, formatter: ({ value }) => `${chart.series[value[1]].name} → ${chart.categories[value[0]]}\n${shown(value[2], chart.unit)}` },
        // Every column is named: a heat map without them cannot be read.
        xAxis: { ...frame(chart).xAxis, axisLabel: { color: "#44525f", interval: 0, fontSize: 11, width: 44, overflow: "break" } },
        yAxis: { type: "category", inverse: true, data: chart.series.map((s) => s.name), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: "#44525f" } },
        visualMap: { show: false, min: 0, max: top, dimension: 2, inRange: { color: ["#f3f7fb", "#8bb4d8", "#0b4a82"] } },
        series: [{
          type: "heatmap",
          itemStyle: { borderColor: "#fff", borderWidth: 2 },
          data: cells.map((cell) => ({ value: cell, label: { color: (cell[2] ?? 0) > top * 0.55 ? "#fff" : "#1b2733" } })),
          label: { show: true, formatter: ({ value }) => (value[2] ? onAxis(value[2], chart.unit) : "") },
        }],
      };
    },
    interval: (chart) => {
      const [low, estimate, high] = chart.series.map((s) => s.values);
      const bar = (params, api) => {
        const x = api.coord([api.value(0), 0])[0];
        const [top, bottom] = [api.coord([0, api.value(2)])[1], api.coord([0, api.value(1)])[1]];
        const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: "#0b4a82", lineWidth: 2 } });
        return { type: "group", children: [line(x, top, x, bottom), line(x - 8, top, x + 8, top), line(x - 8, bottom, x + 8, bottom)] };
      };
      return {
        ...frame(chart),
        xAxis: { ...frame(chart).xAxis, axisLabel: { color: "#44525f", interval: 0, width: 84, overflow: "break" } },
        series: [
          { type: "custom", silent: true, renderItem: bar, encode: { x: 0, y: [1, 2] }, data: low.map((value, i) => [i, value, high[i]]), tooltip: { show: false } },
          { type: "scatter", name: chart.series[1].name, data: estimate, symbolSize: 12, ...mark(chart) },
        ],
        tooltip: { ...frame(chart).tooltip, formatter: ([first]) => { const i = first.dataIndex; return `${chart.categories[i]}\n${shown(estimate[i], chart.unit)}\n[${shown(low[i], chart.unit)}, ${shown(high[i], chart.unit)}]`; } },
      };
    },
  };

  const draw = (box) => {
    if (box.dataset.drawn) return;
    const chart = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const drawn = echarts.init(box, null, { renderer: "canvas", locale: language === "en-US" ? "EN" : "ZH" });
    drawn.setOption(DRAWN[chart.kind](chart));
    // ECharts writes an English-or-Chinese description of its own; the page's title and table say it better.
    box.setAttribute("aria-label", chart.title);
    box.dataset.drawn = "yes";
    new ResizeObserver(() => drawn.resize()).observe(box);
  };
  const drawAll = (root) => root.querySelectorAll("[data-chart]").forEach(draw);
  drawAll(document);
  document.addEventListener("htmx:afterSwap", (event) => drawAll(event.target));
})();
