/** Where lockstep finds the shop's database; the migrations are in migrations/, as it expects. */
export default { database: "shop.db" };
