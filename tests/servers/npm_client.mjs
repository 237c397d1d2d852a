// Logs in, lists and reads everything with the client that the first argument names, at
// the server, with the name and the password that follow; prints what the client makes
// of it, and where it finds an hour that was shown from an instant on, if one is given.
const [folder, url, username, password, channelId, movieId, showId, start] =
  process.argv.slice(2);
const at = (name) => import(`${folder}/node_modules/@iptv/xtream-api/dist/${name}.js`);
const { Xtream } = await at("index");
const { standardizedSerializer: serializer } = await at("standardized");

const raw = new Xtream({ url, username, password });
const client = new Xtream({ url, username, password, serializer });

const read = async (client) => ({
  profile: await client.getProfile(),
  serverInfo: await client.getServerInfo(),
  channelCategories: await client.getChannelCategories(),
  movieCategories: await client.getMovieCategories(),
  showCategories: await client.getShowCategories(),
  channels: await client.getChannels(),
  someChannels: await client.getChannels({ categoryId: "1", page: 1, limit: 1 }),
  movies: await client.getMovies(),
  shows: await client.getShows(),
  movie: await client.getMovie({ movieId }),
  show: await client.getShow({ showId }),
  shortEPG: await client.getShortEPG({ channelId, limit: 2 }),
  fullEPG: await client.getFullEPG({ channelId }),
});

// What is no number and no date would be null in JSON: say so.
const told = function (key, value) {
  if (typeof value === "number" && !Number.isFinite(value)) return "not a number";
  if (this[key] instanceof Date && Number.isNaN(this[key].getTime())) return "not a date";
  return value === undefined ? "not there" : value;
};

const found = { raw: await read(raw), read: await read(client) };
if (start)
  found.shown = client.generateStreamUrl({
    type: "channel",
    streamId: channelId,
    extension: "ts",
    timeshift: { start: new Date(start), duration: 60 },
  });
console.log(JSON.stringify(found, told));
