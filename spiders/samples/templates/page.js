// The pager of a content system: N pages, current one counted from 0.
function createPageHTML(count, current, name, suffix) {
  var parts = ["共" + count + "页"];
  for (var i = 0; i < count; i++) {
    var address = i === 0 ? name + "." + suffix : name + "_" + i + "." + suffix;
    parts.push(i === current ? "<span class='now'>" + (i + 1) + "</span>"
                             : "<a href='" + address + "'>" + (i + 1) + "</a>");
  }
  document.write(parts.join(" "));
}
